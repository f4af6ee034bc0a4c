package org.miltergate.gateway.spool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.miltergate.milter.body.Body;
import org.miltergate.milter.body.BodyStore;
import org.miltergate.milter.bytes.Bytes;
import org.miltergate.milter.mail.Envelope;
import org.miltergate.milter.mail.HeaderBlock;
import org.miltergate.milter.mail.HeaderField;
import org.miltergate.milter.mail.MailMessage;
import org.miltergate.milter.mail.Recipient;
import org.miltergate.milter.mail.Sender;

class QuarantineStoreTest {
  private static final Bytes RECEIVED = bytes("Received: here\r\n");

  @TempDir Path directory;

  @Test
  void keepsMessageAndFactsUnderTheQueueId() throws Exception {
    QuarantineStore store = QuarantineStore.open(directory.resolve("a/quarantine"));

    String name = store.store(record("4fXyZ1"), message(), RECEIVED);

    assertThat(name).isEqualTo("4fXyZ1");
    assertThat(content("4fXyZ1.eml"))
        .isEqualTo("Received: here\r\nSubject: caf\u00e9\r\n\r\n.dot\r\n");
    assertThat(content("4fXyZ1.json"))
        .isEqualTo(
            """
            {
              "queueId": "4fXyZ1",
              "time": "2026-11-20T10:15:30.123456Z",
              "clientName": "mail.example.org",
              "clientAddress": "192.0.2.1",
              "helo": {"latin1": "h\u00c3\u00a9\\"\\\\\\u0001"},
              "sender": "sender@example.org",
              "senderArguments": ["BODY=8BITMIME"],
              "recipients": [{
                "address": "one@example.net",
                "arguments": []
              }, {
                "address": "tw\u00c3\u00b6@example.net",
                "arguments": ["NOTIFY=NEVER"]
              }],
              "reasons": [{
                "milter": "clamav",
                "reason": "virus\\r\\nfound"
              }],
              "bytes": 39
            }
            """);
  }

  @Test
  void nothingCanBeReadByOthers() throws Exception {
    QuarantineStore store = QuarantineStore.open(directory.resolve("a/quarantine"));

    store.store(record("4fXyZ1"), message(), RECEIVED);

    assertThat(permissions("")).isEqualTo("rwx------");
    assertThat(permissions("4fXyZ1.eml")).isEqualTo("rw-------");
    assertThat(permissions("4fXyZ1.json")).isEqualTo("rw-------");
  }

  @Test
  void neverOverwrites() throws Exception {
    QuarantineStore store = QuarantineStore.open(directory.resolve("a/quarantine"));
    Files.writeString(directory.resolve("a/quarantine/x.eml"), "mine");
    Files.writeString(directory.resolve("a/quarantine/x-2.json"), "mine, too");
    Files.writeString(directory.resolve("a/quarantine/x-3.eml.tmp"), "under way");

    assertThat(store.store(record("x"), message(), RECEIVED)).isEqualTo("x-4");

    assertThat(content("x.eml")).isEqualTo("mine");
    assertThat(content("x-2.json")).isEqualTo("mine, too");
    assertThat(files()).doesNotContain("x.json", "x-2.eml", "x-3.eml", "x-4.eml.tmp");
  }

  @Test
  void manyAtOnceGetNamesOfTheirOwn() throws Exception {
    QuarantineStore store = QuarantineStore.open(directory.resolve("a/quarantine"));
    List<Future<String>> names = new ArrayList<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 50; i++) {
        names.add(threads.submit(() -> store.store(record("same"), message(), RECEIVED)));
      }
    }

    Set<String> unique = new HashSet<>();
    for (Future<String> name : names) {
      unique.add(name.get());
    }
    assertThat(unique).hasSize(50);
    assertThat(files()).hasSize(100).noneMatch(name -> name.endsWith(".tmp"));
  }

  @Test
  void aNameCannotLeaveTheDirectory() throws Exception {
    QuarantineStore store = QuarantineStore.open(directory.resolve("a/quarantine"));

    assertThat(store.store(record("../../x"), message(), RECEIVED)).isEqualTo("______x");
  }

  @Test
  void leavesNothingWhenTheMessageCannotBeWritten() throws Exception {
    QuarantineStore store = QuarantineStore.open(directory.resolve("a/quarantine"));
    BodyStore bodies = new BodyStore(directory, 0);
    Body body;
    try (BodyStore.Writer writer = bodies.writer()) {
      writer.write(bytes("gone"));
      body = writer.finish();
    }
    body.close();
    MailMessage broken =
        new MailMessage(message().envelope(), HeaderBlock.EMPTY, Bytes.EMPTY, body);

    assertThatThrownBy(() -> store.store(record("x"), broken, RECEIVED))
        .isInstanceOf(IllegalStateException.class);

    assertThat(files()).isEmpty();
  }

  @Test
  void leavesNothingWhenTheFactsCannotBeWritten() throws Exception {
    QuarantineStore store = QuarantineStore.open(directory.resolve("a/quarantine"));
    // A directory in the place of the file: neither written nor, being full, removed.
    Files.createDirectories(directory.resolve("a/quarantine/x.json.tmp/in-the-way"));

    assertThatThrownBy(() -> store.store(record("x"), message(), RECEIVED))
        .isInstanceOf(IOException.class);

    assertThat(files()).containsExactly("x.json.tmp");
  }

  private static MailMessage message() {
    Sender sender = new Sender(bytes("<sender@example.org>"), List.of(bytes("BODY=8BITMIME")));
    Recipient two =
        new Recipient(Bytes.ofUtf8("<tw\u00f6@example.net>"), List.of(bytes("NOTIFY=NEVER")));
    List<Recipient> recipients = List.of(new Recipient(bytes("<one@example.net>"), List.of()), two);
    HeaderBlock header =
        HeaderBlock.of(List.of(HeaderField.ofRaw(bytes("Subject: caf\u00e9\r\n"))));
    return new MailMessage(
        new Envelope(sender, recipients), header, bytes("\r\n"), Body.of(bytes(".dot\r\n")));
  }

  private static QuarantineRecord record(String queueId) {
    return new QuarantineRecord(
        queueId,
        Instant.parse("2026-11-20T10:15:30.123456Z"),
        bytes("mail.example.org"),
        "192.0.2.1",
        bytes("h\u00e9\"\\\u0001"),
        List.of(new QuarantineRecord.Reason("clamav", bytes("virus\r\nfound"))));
  }

  private String content(String name) throws IOException {
    return Bytes.copyOf(Files.readAllBytes(directory.resolve("a/quarantine").resolve(name)))
        .toString();
  }

  private String permissions(String name) throws IOException {
    Path file = directory.resolve("a/quarantine").resolve(name);
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
  }

  private List<String> files() throws IOException {
    try (Stream<Path> list = Files.list(directory.resolve("a/quarantine"))) {
      return list.map(file -> file.getFileName().toString()).toList();
    }
  }

  private static Bytes bytes(String text) {
    return Bytes.ofLatin1(text);
  }
}
