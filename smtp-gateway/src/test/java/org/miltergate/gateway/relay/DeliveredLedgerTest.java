package org.miltergate.gateway.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.miltergate.milter.bytes.Bytes;
import org.miltergate.milter.mail.Recipient;

class DeliveredLedgerTest {
  @TempDir Path directory;
  private Instant now = Instant.parse("2026-11-20T00:00:00Z");

  @Test
  void remembersAcrossRestarts() throws Exception {
    OutboundMessage message = Mail.to("one@a", "two@b", "three@c");
    try (DeliveredLedger ledger = open()) {
      assertThat(ledger.missing(message)).hasSize(3);
      ledger.add(message, List.of(Mail.recipient("two@b")));
    }

    try (DeliveredLedger ledger = open()) {
      assertThat(ledger.missing(message))
          .containsExactly(Mail.recipient("one@a"), Mail.recipient("three@c"));
      ledger.remove(message);
      assertThat(ledger.missing(message)).hasSize(3);
    }

    try (DeliveredLedger ledger = open()) {
      assertThat(ledger.missing(message)).hasSize(3);
    }
  }

  @Test
  void tellsMessagesSendersAndRecipientsApart() throws Exception {
    OutboundMessage message = Mail.to("one@a");
    OutboundMessage other =
        new OutboundMessage(
            "q", message.message(), Bytes.EMPTY, message.options(), Bytes.ofLatin1("other"));
    try (DeliveredLedger ledger = open()) {
      ledger.add(message, List.of(Mail.recipient("one@a")));

      assertThat(ledger.missing(message)).isEmpty();
      assertThat(ledger.missing(other)).hasSize(1);
      assertThat(ledger.missing(Mail.to("One@a"))).hasSize(1);
    }
  }

  @Test
  void passesOverALineThatACrashCutShort() throws Exception {
    OutboundMessage message = Mail.to("one@a", "two@b");
    try (DeliveredLedger ledger = open()) {
      ledger.add(message, List.of(Mail.recipient("one@a")));
    }
    Files.writeString(file(), "+1763596800 0123abc", StandardOpenOption.APPEND);

    try (DeliveredLedger ledger = open()) {
      assertThat(ledger.missing(message)).containsExactly(Mail.recipient("two@b"));
      ledger.add(message, List.of(Mail.recipient("two@b")));
    }

    try (DeliveredLedger ledger = open()) {
      assertThat(ledger.missing(message)).isEmpty();
    }
  }

  @Test
  void forgetsAfterSevenDays() throws Exception {
    OutboundMessage message = Mail.to("one@a");
    try (DeliveredLedger ledger = open()) {
      ledger.add(message, message.message().envelope().recipients());
      now = now.plus(DeliveredLedger.KEPT);
      assertThat(ledger.missing(message)).isEmpty();
      now = now.plus(Duration.ofSeconds(1));
      assertThat(ledger.missing(message)).hasSize(1);
      assertThat(ledger.size()).isZero();
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
      ledger.add(message, many);

      assertThat(ledger.size()).isEqualTo(DeliveredLedger.MAX_ENTRIES);
      assertThat(ledger.missing(message))
          .containsExactly(Mail.recipient("r0@a"), Mail.recipient("r9@a"));
    }
  }

  @Test
  void fileShrinksByItself() throws Exception {
    try (DeliveredLedger ledger = open()) {
      OutboundMessage kept = Mail.to("kept@a");
      ledger.add(kept, kept.message().envelope().recipients());
      for (int i = 0; i < DeliveredLedger.MAX_IDLE_LINES; i++) {
        OutboundMessage message = Mail.to("r" + i + "@a");
        ledger.add(message, message.message().envelope().recipients());
        ledger.remove(message);
      }

      assertThat(Files.readAllLines(file()).size()).isLessThan(1600);
      assertThat(ledger.missing(kept)).isEmpty();
    }
    try (DeliveredLedger ledger = open()) {
      assertThat(ledger.size()).isEqualTo(1);
    }
  }

  @Test
  void belongsToOneAtATime() throws Exception {
    try (DeliveredLedger ledger = open()) {
      assertThat(ledger.size()).isZero();
      assertThatThrownBy(this::open)
          .isInstanceOf(IOException.class)
          .hasMessageContaining("spool directory " + directory.resolve("spool"));
    }
    open().close();
  }

  @Test
  void namesADirectoryThatCannotBeMade() throws Exception {
    Files.writeString(directory.resolve("spool"), "a file");

    assertThatThrownBy(this::open).isInstanceOf(IOException.class).hasMessageContaining("spool");
  }

  private DeliveredLedger open() throws IOException {
    return DeliveredLedger.open(directory.resolve("spool"), () -> now);
  }

  private Path file() {
    return directory.resolve("spool/delivered.log");
  }
}
