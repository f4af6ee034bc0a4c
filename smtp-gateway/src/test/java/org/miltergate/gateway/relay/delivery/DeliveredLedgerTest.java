package org.miltergate.gateway.relay.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.miltergate.gateway.files.NotStoredException;
import org.miltergate.gateway.relay.Mail;
import org.miltergate.gateway.relay.OutboundMessage;
import org.miltergate.milter.bytes.Bytes;
import org.miltergate.milter.mail.Recipient;

class DeliveredLedgerTest {
  @TempDir Path directory;
  private Instant now = Instant.parse("2026-11-20T00:00:00Z");

  @Test
  void remembersAcrossRestarts() throws Exception {
    OutboundMessage message = Mail.to("one@a", "two@b", "three@c");
    try (DeliveredLedger ledger = open()) {
      assertThat(settled(ledger, message)).isEmpty();
      fail(ledger, message, "two@b");
    }

    try (DeliveredLedger ledger = open()) {
      assertThat(settled(ledger, message)).containsExactly("two@b");
      succeed(ledger, message);
      assertThat(settled(ledger, message)).isEmpty();
    }

    try (DeliveredLedger ledger = open()) {
      assertThat(settled(ledger, message)).isEmpty();
    }
  }

  @Test
  void processThatDiedInADeliveryHasLeftItsNotes() throws Exception {
    OutboundMessage message = Mail.to("one@a", "two@b");
    DeliveredLedger died = open();
    died.notes(message).delivered(List.of(Mail.recipient("one@a")));
    died.close();

    try (DeliveredLedger ledger = open()) {
      assertThat(settled(ledger, message)).containsExactly("one@a");
    }
  }

  @Test
  void tellsMessagesSendersAndRecipientsApart() throws Exception {
    OutboundMessage message = Mail.to("one@a");
    try (DeliveredLedger ledger = open()) {
      fail(ledger, message, "one@a");

      assertThat(settled(ledger, message)).containsExactly("one@a");
      assertThat(settled(ledger, withIdentity(message, Optional.of("other")))).isEmpty();
      assertThat(settled(ledger, Mail.to("One@a"))).isEmpty();
    }
  }

  @Test
  void notesNothingOfAMessageThatCannotBeToldFromOthers() throws Exception {
    OutboundMessage message = withIdentity(Mail.to("one@a", "two@b"), Optional.empty());
    try (DeliveredLedger ledger = open()) {
      fail(ledger, message, "one@a");
      fail(ledger, Mail.to("three@c"), "three@c");

      assertThat(ledger.size()).isEqualTo(1);
      assertThat(settled(ledger, message)).isEmpty();
    }
  }

  @Test
  void sessionBesideADeliveryDoesNotSeeItsNotes() throws Exception {
    OutboundMessage message = Mail.to("one@a", "two@b");
    try (DeliveredLedger ledger = open()) {
      try (DeliveredLedger.Notes first = ledger.notes(message)) {
        first.delivered(List.of(Mail.recipient("one@a")));

        // An equal message is delivered meanwhile, to all, and leaves the notes of the first alone.
        assertThat(settled(ledger, message)).isEmpty();
        succeed(ledger, message);
      }

      assertThat(settled(ledger, message)).containsExactly("one@a");
    }
  }

  @Test
  void oneNoteAnswersForOneRetryOnly() throws Exception {
    OutboundMessage message = Mail.to("one@a", "two@b");
    try (DeliveredLedger ledger = open()) {
      fail(ledger, message, "one@a");

      try (DeliveredLedger.Notes retry = ledger.notes(message);
          DeliveredLedger.Notes beside = ledger.notes(message)) {
        assertThat(retry.settled()).hasSize(1);
        assertThat(beside.settled()).isEmpty();
        beside.delivered(List.of(Mail.recipient("one@a")));
        retry.forget();
      }
      assertThat(settled(ledger, message)).as("left by the other").containsExactly("one@a");

      succeed(ledger, message);
      assertThat(settled(ledger, message)).isEmpty();
      assertThat(ledger.size()).isZero();
    }
  }

  @Test
  void knowsOfWhomTheSenderWasTold() throws Exception {
    OutboundMessage message = Mail.to("one@a", "two@b");
    try (DeliveredLedger ledger = open()) {
      try (DeliveredLedger.Notes notes = ledger.notes(message)) {
        notes.told(List.of(Mail.recipient("two@b")));
      }

      try (DeliveredLedger.Notes retry = ledger.notes(message)) {
        assertThat(retry.settled())
            .isEqualTo(Map.of(Mail.recipient("two@b"), DeliveredLedger.Settled.SENDER_TOLD));
      }
    }
  }

  @Test
  void passesOverALineThatACrashCutShort() throws Exception {
    OutboundMessage message = Mail.to("one@a", "two@b");
    try (DeliveredLedger ledger = open()) {
      fail(ledger, message, "one@a");
    }
    Files.writeString(file(), "+1763596800 0123abc", StandardOpenOption.APPEND);

    try (DeliveredLedger ledger = open()) {
      assertThat(settled(ledger, message)).containsExactly("one@a");
      fail(ledger, message, "two@b");
    }

    try (DeliveredLedger ledger = open()) {
      assertThat(settled(ledger, message)).containsExactly("one@a", "two@b");
    }
  }

  @Test
  void forgetsSomeHoursAfterTheLastTry() throws Exception {
    OutboundMessage message = Mail.to("one@a");
    try (DeliveredLedger ledger = open()) {
      fail(ledger, message, "one@a");
      now = now.plus(DeliveredLedger.KEPT);
      fail(ledger, message);
    }
    try (DeliveredLedger ledger = open()) {
      now = now.plus(DeliveredLedger.KEPT);
      assertThat(settled(ledger, message)).containsExactly("one@a");
      now = now.plus(DeliveredLedger.KEPT).plus(Duration.ofSeconds(1));
      assertThat(settled(ledger, message)).isEmpty();
      assertThat(ledger.size()).isZero();
    }
    assertThat(DeliveredLedger.KEPT).isLessThan(Duration.ofDays(1));
  }

  @Test
  void forgetsWhatAWrongClockWroteToo() throws Exception {
    OutboundMessage message = Mail.to("one@a");
    Instant right = now;
    now = now.plus(Duration.ofDays(365));
    try (DeliveredLedger ledger = open()) {
      fail(ledger, message, "one@a");
    }
    now = right;
    try (DeliveredLedger ledger = open()) {
      now = now.plus(DeliveredLedger.KEPT).plus(Duration.ofSeconds(1));
      assertThat(settled(ledger, message)).isEmpty();
    }
  }

  @Test
  void staysWithinItsBound() throws Exception {
    List<Recipient> many =
        IntStream.range(0, DeliveredLedger.MAX_ENTRIES + 10)
            .mapToObj(i -> Mail.recipient("r" + i + "@a"))
            .toList();
    OutboundMessage message = Mail.to("r0@a", "r9@a", "r10@a", "r100009@a");
    try (DeliveredLedger ledger = open()) {
      try (DeliveredLedger.Notes notes = ledger.notes(message)) {
        notes.delivered(many);
      }

      assertThat(ledger.size()).isEqualTo(DeliveredLedger.MAX_ENTRIES);
      assertThat(settled(ledger, message)).containsExactly("r10@a", "r100009@a");
    }
  }

  @Test
  void fileShrinksByItself() throws Exception {
    try (DeliveredLedger ledger = open()) {
      OutboundMessage kept = Mail.to("kept@a");
      fail(ledger, kept, "kept@a");
      for (int i = 0; i < DeliveredLedger.MAX_IDLE_LINES; i++) {
        OutboundMessage message = Mail.to("r" + i + "@a");
        fail(ledger, message, "r" + i + "@a");
        succeed(ledger, message);
      }

      assertThat(Files.readAllLines(file()).size()).isLessThan(1600);
      assertThat(settled(ledger, kept)).containsExactly("kept@a");
    }
    try (DeliveredLedger ledger = open()) {
      assertThat(ledger.size()).isEqualTo(1);
    }
  }

  @ParameterizedTest(name = "virtual thread: {0}")
  @ValueSource(booleans = {true, false})
  void interruptOfOneThreadLeavesTheLedgerToTheOthers(boolean virtual) throws Exception {
    OutboundMessage interrupted = Mail.to("one@a");
    OutboundMessage message = Mail.to("two@b");
    try (DeliveredLedger ledger = open()) {
      Runnable delivery =
          () -> {
            Thread.currentThread().interrupt();
            try {
              fail(ledger, interrupted, "one@a");
            } catch (IOException e) {
              throw new java.io.UncheckedIOException(e);
            }
            assertThat(Thread.currentThread().isInterrupted()).isTrue();
          };
      AtomicReference<Throwable> failure = new AtomicReference<>();
      Thread.Builder builder = virtual ? Thread.ofVirtual() : Thread.ofPlatform();
      builder.uncaughtExceptionHandler((thread, e) -> failure.set(e)).start(delivery).join();

      assertThat(failure.get()).isNull();
      fail(ledger, message, "two@b");
    }
    try (DeliveredLedger ledger = open()) {
      assertThat(settled(ledger, interrupted)).containsExactly("one@a");
      assertThat(settled(ledger, message)).containsExactly("two@b");
    }
  }

  @Test
  void fullDiskLeavesNoHalfLineBehind() throws Exception {
    OutboundMessage message = Mail.to("one@a", "two@b", "three@c");
    AtomicBoolean full = new AtomicBoolean(true);
    LedgerFile file = LedgerFile.open(directory.resolve("spool"), FullDisk.when(full::get));
    try (DeliveredLedger ledger = DeliveredLedger.open(file, () -> now)) {
      assertThatThrownBy(() -> fail(ledger, message, "one@a"))
          .isInstanceOf(NotStoredException.class)
          .hasMessage("ledger of deliveries could not be written: No space left on device");
      assertThat(settled(ledger, message)).as("known as long as we run").containsExactly("one@a");
      full.set(false);
      fail(ledger, message, "two@b");
    }
    try (DeliveredLedger ledger = open()) {
      assertThat(settled(ledger, message)).containsExactly("one@a", "two@b");
    }
  }

  @Test
  void belongsToOneAtATime() throws Exception {
    try (DeliveredLedger ledger = open()) {
      assertThat(ledger.size()).isZero();
      assertThatThrownBy(this::open)
          .isInstanceOf(IOException.class)
          .hasMessageContaining("directory " + directory.resolve("spool"));
    }
    open().close();
  }

  @Test
  void namesADirectoryThatCannotBeMade() throws Exception {
    Files.writeString(directory.resolve("spool"), "a file");

    assertThatThrownBy(this::open).isInstanceOf(IOException.class).hasMessageContaining("spool");
  }

  /** A delivery that found what there was, served these as well, and not all. */
  private static void fail(DeliveredLedger ledger, OutboundMessage message, String... served)
      throws IOException {
    try (DeliveredLedger.Notes notes = ledger.notes(message)) {
      notes.settled();
      notes.delivered(Stream.of(served).map(Mail::recipient).toList());
    }
  }

  private static void succeed(DeliveredLedger ledger, OutboundMessage message) throws IOException {
    try (DeliveredLedger.Notes notes = ledger.notes(message)) {
      notes.settled();
      notes.forget();
    }
  }

  /** What a try would find. */
  private static List<String> settled(DeliveredLedger ledger, OutboundMessage message)
      throws IOException {
    try (DeliveredLedger.Notes notes = ledger.notes(message)) {
      return notes.settled().keySet().stream().map(r -> r.mailbox().toString()).toList();
    }
  }

  private static OutboundMessage withIdentity(OutboundMessage message, Optional<String> identity) {
    return new OutboundMessage(
        "q",
        message.message(),
        Bytes.EMPTY,
        message.options(),
        () -> identity.map(Bytes::ofLatin1));
  }

  private DeliveredLedger open() throws IOException {
    return DeliveredLedger.open(directory.resolve("spool"), () -> now);
  }

  private Path file() {
    return directory.resolve("spool/delivered.log");
  }
}
