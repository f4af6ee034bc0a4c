package org.miltergate.gateway.relay;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
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
    return MaildirNextHop.open(
        directory.resolve("mail"),
        "mx.example",
        () -> Instant.parse("2025-11-20T10:15:30.123456Z"));
  }

  private List<Path> files(String name) throws IOException {
    try (Stream<Path> list = Files.list(directory.resolve("mail").resolve(name))) {
      return list.toList();
    }
  }
}
