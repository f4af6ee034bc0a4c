package org.miltergate.gateway.relay.maildir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.miltergate.config.nexthop.NextHopConfig;
import org.miltergate.config.text.FileMode;
import org.miltergate.gateway.files.Folders;
import org.miltergate.gateway.relay.DeliveryResult;
import org.miltergate.gateway.relay.Mail;
import org.miltergate.gateway.relay.OutboundMessage;
import org.miltergate.gateway.relay.RecipientResult;
import org.miltergate.gateway.relay.RecipientResult.Status;
import org.miltergate.milter.bytes.Bytes;

class MaildirNextHopTest {
  @TempDir Path directory;

  @Test
  void keepsOneFileForAllRecipientsWithLfLineEnds() throws Exception {
    MaildirNextHop maildir = open();

    DeliveryResult result =
        maildir.deliver(Mail.text("Subject: \u00e9\r\n\r\n.a\r\nb\rc\r\r\n", "one@a", "two@b"));

    assertThat(result).isInstanceOf(DeliveryResult.Delivered.class);
    assertThat(result.recipients()).extracting(RecipientResult::status).containsOnly(Status.SENT);
    List<Path> files = files("new");
    assertThat(files).hasSize(1);
    assertThat(Bytes.copyOf(Files.readAllBytes(files.getFirst())).toString())
        .isEqualTo(
            "Return-Path: <sender@example.org>\nDelivered-To: one@a\nDelivered-To: two@b\n"
                + "Received: by gateway.example; now\nSubject: \u00e9\n\n.a\nb\rc\r\n");
    assertThat(files.getFirst().getFileName().toString())
        .matches("1763633730\\.M123456P[0-9]+Q1\\.mx\\.example");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(files.getFirst())))
        .isEqualTo("rw-------");
    assertThat(files("tmp")).isEmpty();
    assertThat(files("cur")).isEmpty();
  }

  @Test
  void namesAreUniqueWithinAMicrosecond() throws Exception {
    MaildirNextHop maildir = open();
    OutboundMessage message = Mail.to("one@a");

    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 100; i++) {
        threads.submit(() -> maildir.deliver(message));
      }
    }

    assertThat(files("new")).hasSize(100);
  }

  @Test
  void makesTheDirectoriesAgainIfTheyWereRemoved() throws Exception {
    MaildirNextHop maildir = open();
    for (String name : List.of("tmp", "new", "cur")) {
      Files.delete(directory.resolve("mail").resolve(name));
    }

    assertThat(maildir.deliver(Mail.to("one@a"))).isInstanceOf(DeliveryResult.Delivered.class);
  }

  @Test
  void saysTryLaterAndLeavesNothingIfItCannotWrite() throws Exception {
    MaildirNextHop maildir = open();
    Files.delete(directory.resolve("mail/new"));
    Files.writeString(directory.resolve("mail/new"), "in the way");

    DeliveryResult result = maildir.deliver(Mail.to("one@a"));

    assertThat(result).isInstanceOf(DeliveryResult.Unavailable.class);
    DeliveryResult.Unavailable unavailable = (DeliveryResult.Unavailable) result;
    assertThat(unavailable.reply().toString())
        .isEqualTo("451 4.3.0 Local problem - try again later");
    assertThat(unavailable.cause()).contains("mail").contains("new");
    assertThat(files("tmp")).isEmpty();
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "0600, rw-------, rwx------",
    "0640, rw-r-----, rwxr-x---",
    "0644, rw-r--r--, rwxr-xr-x",
    "0660, rw-rw----, rwxrwx---",
    "0664, rw-rw-r--, rwxrwxr-x"
  })
  void modeLetsAnotherProgramIn(String mode, String file, String folder) throws Exception {
    NextHopConfig.Maildir config =
        NextHopConfig.Maildir.of(directory.resolve("mail"))
            .with(NextHopConfig.Maildir.MODE, FileMode.parse(mode));

    MaildirNextHop maildir = open(config);
    maildir.deliver(Mail.to("one@a"));

    assertThat(permissions(files("new").getFirst())).isEqualTo(file);
    for (String name : List.of("", "tmp", "new", "cur")) {
      assertThat(permissions(directory.resolve("mail").resolve(name))).as(name).isEqualTo(folder);
    }
  }

  @Test
  void foldersOfAnEarlierRunAreOpenedAndNeverClosed() throws Exception {
    open();
    Files.setPosixFilePermissions(
        directory.resolve("mail/cur"), PosixFilePermissions.fromString("rwxrwxrwx"));

    open(
        NextHopConfig.Maildir.of(directory.resolve("mail"))
            .with(NextHopConfig.Maildir.MODE, FileMode.parse("0640")));
    open();

    assertThat(permissions(directory.resolve("mail/new"))).isEqualTo("rwxr-x---");
    assertThat(permissions(directory.resolve("mail/cur"))).isEqualTo("rwxrwxrwx");
  }

  @Test
  void groupIsThatOfTheSettings() throws Exception {
    Path probe = Files.createFile(directory.resolve("probe"));
    String own = Files.readAttributes(probe, PosixFileAttributes.class).group().getName();
    NextHopConfig.Maildir config =
        NextHopConfig.Maildir.of(directory.resolve("mail"))
            .with(NextHopConfig.Maildir.MODE, FileMode.parse("0640"));

    open(config.with(NextHopConfig.Maildir.GROUP, own)).deliver(Mail.to("one@a"));

    assertThat(
            Files.readAttributes(files("new").getFirst(), PosixFileAttributes.class)
                .group()
                .getName())
        .isEqualTo(own);
    assertThatThrownBy(() -> open(config.with(NextHopConfig.Maildir.GROUP, "no-such-group")))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("there is no group 'no-such-group'");
  }

  @Test
  void nothingIsMadeWhereThatIsNotWanted() throws Exception {
    NextHopConfig.Maildir config =
        NextHopConfig.Maildir.of(directory.resolve("mail"))
            .with(NextHopConfig.Maildir.CREATE, false);

    assertThatThrownBy(() -> open(config))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("mail")
        .hasMessageContaining("create: false");
    assertThat(directory.resolve("mail")).doesNotExist();

    open();
    MaildirNextHop maildir = open(config);
    assertThat(maildir.deliver(Mail.to("one@a"))).isInstanceOf(DeliveryResult.Delivered.class);
    Files.delete(directory.resolve("mail/tmp"));
    DeliveryResult result = maildir.deliver(Mail.to("one@a"));
    assertThat(((DeliveryResult.Unavailable) result).reply().toString())
        .isEqualTo("451 4.3.0 Local problem - try again later");
    assertThat(directory.resolve("mail/tmp")).doesNotExist();
  }

  @ParameterizedTest(name = "virtual thread: {0}")
  @ValueSource(booleans = {true, false})
  void interruptCutsNoMessageOff(boolean virtual) throws Exception {
    MaildirNextHop maildir = open();
    AtomicReference<DeliveryResult> result = new AtomicReference<>();
    OutboundMessage message = Mail.to("one@a");

    (virtual ? Thread.ofVirtual() : Thread.ofPlatform())
        .start(() -> {
          Thread.currentThread().interrupt();
          result.set(maildir.deliver(message));
        })
        .join();

    assertThat(result.get()).isInstanceOf(DeliveryResult.Delivered.class);
    assertThat(files("new")).hasSize(1);
    assertThat(files("tmp")).isEmpty();
  }

  private static String permissions(Path path) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
  }

  @Test
  void lineEndsSplitOverWritesAreSeen() throws Exception {
    var bytes = new java.io.ByteArrayOutputStream();
    LfOutputStream out = new LfOutputStream(bytes);

    for (byte b : Bytes.ofLatin1("a\r\nb\r\r\nc\rd\ne\r").toArray()) {
      out.write(b);
    }
    out.finish();

    assertThat(Bytes.copyOf(bytes.toByteArray()).toString()).isEqualTo("a\nb\r\nc\rd\ne\r");
  }

  private MaildirNextHop open() throws IOException {
    return open(NextHopConfig.Maildir.of(directory.resolve("mail")));
  }

  private MaildirNextHop open(NextHopConfig.Maildir config) throws IOException {
    return MaildirNextHop.open(
        config,
        "mx.example",
        Folders.open(directory.resolve("spool")),
        () -> Instant.parse("2025-11-20T10:15:30.123456Z"));
  }

  private List<Path> files(String name) throws IOException {
    try (Stream<Path> list = Files.list(directory.resolve("mail").resolve(name))) {
      return list.toList();
    }
  }
}
