package org.miltergate.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.miltergate.address.HostPort;
import org.miltergate.config.GatewayConfig;
import org.miltergate.config.QuarantineConfig;
import org.miltergate.config.listener.ListenerConfig;
import org.miltergate.config.nexthop.NextHopConfig;
import org.miltergate.milter.bytes.Bytes;
import org.miltergate.milter.chain.ChainSession;
import org.miltergate.milter.chain.ContentResult;
import org.miltergate.milter.chain.LoggingChainListener;
import org.miltergate.milter.chain.MilterChain;
import org.miltergate.milter.chain.Verdict;
import org.miltergate.milter.mail.Body;
import org.miltergate.milter.mail.BodyStore;
import org.miltergate.milter.mail.Envelope;
import org.miltergate.milter.mail.MailMessage;
import org.miltergate.milter.mail.MessageContent;
import org.miltergate.milter.mail.MessageParser;
import org.miltergate.milter.mail.Recipient;
import org.miltergate.milter.mail.Sender;
import org.miltergate.milter.mail.SmtpReply;
import org.miltergate.milter.session.FailurePolicy;
import org.miltergate.milter.session.Macros;
import org.miltergate.milter.session.MilterClient;
import org.miltergate.milter.test.ScriptedMilter;
import org.miltergate.milter.wire.ClientAddress;
import org.miltergate.milter.wire.ClientAddress.Family;
import org.miltergate.net.Endpoint;

/** The Java of README.md and docs, compiled and run. */
@Timeout(60)
class DocumentationSnippetsTest {
  private static final Path BASE =
      Path.of(System.getProperty("basedir", ".")).toAbsolutePath().normalize();
  private static final Path SOURCE =
      BASE.resolve("src/test/java/org/miltergate/gateway/DocumentationSnippetsTest.java");
  private static final Pattern BLOCK = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);
  private static final Pattern SNIPPET =
      Pattern.compile(" // snippet\n(.*?) // end of snippet\n", Pattern.DOTALL);

  @TempDir Path directory;

  private final ClientAddress clientAddress = ClientAddress.UNKNOWN;
  private final Sender sender = new Sender(Bytes.ofLatin1("<a@example.org>"), List.of());
  private final Recipient recipient = new Recipient(Bytes.ofLatin1("<b@example.net>"), List.of());
  private final List<Recipient> recipients = List.of(recipient);
  private final Bytes ownReceivedField = Bytes.ofLatin1("Received: by mx.test\r\n");
  private final List<SmtpReply> replies = new ArrayList<>();
  private final List<ContentResult> results = new ArrayList<>();
  private final Deque<byte[]> input = new ArrayDeque<>();

  @Test
  void everyBlockOfTheDocumentsIsHere() throws IOException {
    Map<String, String> blocks = new TreeMap<>();
    for (Path document : documents()) {
      BLOCK
          .matcher(Files.readString(document))
          .results()
          .forEach(block ->
              blocks.put(document.getFileName() + ":" + block.start(), plain(block.group(1))));
    }
    List<String> here =
        SNIPPET
            .matcher(Files.readString(SOURCE))
            .results()
            .map((MatchResult snippet) -> plain(snippet.group(1)))
            .toList();

    assertThat(blocks).hasSizeGreaterThanOrEqualTo(5);
    assertThat(here).containsExactlyInAnyOrderElementsOf(blocks.values());
  }

  private static String plain(String text) {
    return text.replaceAll("\\s+", "");
  }

  private static List<Path> documents() throws IOException {
    Path root = Objects.requireNonNull(BASE.getParent());
    try (Stream<Path> guides = Files.walk(root.resolve("docs"))) {
      return Stream.concat(Stream.of(root.resolve("README.md")), guides)
          .filter(file -> file.toString().endsWith(".md"))
          .filter(file -> !file.endsWith("milter-server.md")) // compiled and run in milter-server
          .sorted()
          .toList();
    }
  }

  private void readme(MailMessage message) throws IOException {
    // snippet
    BodyStore bodies = new BodyStore(Path.of("/var/tmp"), 256 * 1024);
    Endpoint address = Endpoint.parse("inet:127.0.0.1:11332");
    MilterChain chain =
        MilterChain.builder(bodies).add(MilterClient.builder("rspamd", address).build()).build();
    try (ChainSession session = chain.open(new Macros())) {
      session.connect(Bytes.ofLatin1("mail.example.org"), clientAddress);
      session.helo(Bytes.ofLatin1("mail.example.org"));
      session.mail(sender); // each returns a Verdict: pass, refuse, discard
      session.rcpt(recipient);
      session.data();
      ContentResult result = session.content(message); // verdict and edited message
      deliver(result);
    }
    // end of snippet
  }

  private static MilterChain onceForTheServer() {
    // snippet
    // Larger bodies go to unnamed files of that directory.
    BodyStore bodies = new BodyStore(Path.of("/var/tmp"), 256 * 1024);
    MilterChain chain =
        MilterChain.builder(bodies)
            .add(MilterClient.builder("opendkim", Endpoint.parse("inet:127.0.0.1:8891")).build())
            .add(
                MilterClient.builder("rspamd", Endpoint.parse("unix:/run/rspamd/milter.sock"))
                    .commandTimeout(Duration.ofSeconds(10))
                    .onFailure(FailurePolicy.ACCEPT)
                    .build())
            .listener(new LoggingChainListener())
            .build();
    // end of snippet
    return chain;
  }

  private void forEachSession(MilterChain chain) throws IOException {
    // snippet
    Macros macros = new Macros(); // keep them current: they are read whenever something is sent
    macros.set("j", "mx.example.org");
    ClientAddress client = new ClientAddress(Family.INET4, 4711, Bytes.ofLatin1("192.0.2.7"));
    try (ChainSession session = chain.open(macros)) {
      Verdict verdict = session.connect(Bytes.ofLatin1("mail.example.org"), client);
      if (verdict instanceof Verdict.Refuse refuse) {
        reply(refuse.reply()); // and close the connection if its closesConnection() is true
      }
      dialogue(session); // the table says which call belongs to which command
    }
    // end of snippet
  }

  private void aMessage(BodyStore bodies, ChainSession session, OutputStream out)
      throws IOException {
    // snippet
    MessageContent content;
    try (MessageParser parser = new MessageParser(bodies, 1 << 20)) {
      for (byte[] bytes = read(); bytes.length > 0; bytes = read()) { // without dot-stuffing
        parser.append(bytes, 0, bytes.length);
      }
      content = parser.finish(); // before that, closing drops what is stored
    }
    try (Body body = content.body()) {
      Envelope envelope = new Envelope(sender, recipients);
      ContentResult result = session.content(MailMessage.of(envelope, content));
      if (result.verdict().passes() && result.quarantine().isEmpty()) {
        result.message().writeTo(out, ownReceivedField); // before the next call on the session
      }
    }
    // end of snippet
  }

  private void theWholeGateway(GatewayConfig config, Directory directory) throws IOException {
    // snippet
    try (Gateway gateway =
        Gateway.builder(config) // read by ConfigReader, or GatewayConfig.DEFAULT.with(...)
            .users((name, password) -> directory.accepts(name, password))
            .listener(new LoggingChainListener())
            .start()) {
      awaitStop();
      gateway.drain(Duration.ofSeconds(30)); // messages that are under way may end
    }
    // end of snippet
  }

  /** Its address is a fixed one, so that nobody may be there: then the default action decides. */
  @Test
  void readmeGivesAVerdictWhetherOrNotTheMilterIsThere() throws IOException {
    readme(message("Subject: hello\r\n\r\nbody\r\n"));

    assertThat(results).hasSize(1);
  }

  @Test
  void chainOfTheGuideIsOneOfTwo() {
    try (ChainSession session = onceForTheServer().open(new Macros())) {
      assertThat(session).isNotNull();
    }
  }

  @Test
  void guideCarriesAMessageThroughAMilter() throws Exception {
    input.add("Subject: hello\r\n".getBytes(StandardCharsets.US_ASCII));
    input.add("\r\nbody\r\n".getBytes(StandardCharsets.US_ASCII));
    try (ScriptedMilter milter =
        ScriptedMilter.builder().on("EOM", "INSHEADER 1 X-Seen|yes", "ACCEPT").start()) {
      forEachSession(chain(milter));
    }

    assertThat(replies).isEmpty();
    assertThat(delivered)
        .hasToString("Received: by mx.test\r\nX-Seen: yes\r\nSubject: hello\r\n\r\nbody\r\n");
  }

  @Test
  void guideLeavesNoFileBehindWhenReadingFails() throws Exception {
    input.add(new byte[100]);
    readFailsAtTheEnd = true;
    try (ScriptedMilter milter = ScriptedMilter.builder().on("EOM", "ACCEPT").start()) {
      assertThatThrownBy(() -> forEachSession(chain(milter))).hasMessage("the client is gone");
    }

    try (Stream<Path> left = Files.list(directory)) {
      assertThat(left).isEmpty();
    }
  }

  @Test
  void guideRefusesAsTheMilterSays() throws Exception {
    input.add("\r\n".getBytes(StandardCharsets.US_ASCII));
    try (ScriptedMilter milter =
        ScriptedMilter.builder().on("CONNECT", "REPLYCODE 554 5.7.1 not you").start()) {
      forEachSession(chain(milter));
    }

    assertThat(replies).containsExactly(SmtpReply.of(554, "5.7.1 not you"));
    assertThat(delivered.size()).isZero();
  }

  @Test
  void guideStartsAndStopsAGateway() throws IOException {
    GatewayConfig config =
        GatewayConfig.DEFAULT.with(c ->
            c.set(
                    GatewayConfig.LISTENERS,
                    List.of(
                        ListenerConfig.DEFAULT.with(
                            ListenerConfig.ADDRESS, HostPort.parse("127.0.0.1:0"))))
                .set(GatewayConfig.NEXT_HOP, NextHopConfig.Maildir.of(directory.resolve("mail")))
                .set(GatewayConfig.QUARANTINE, QuarantineConfig.of(directory.resolve("quarantine")))
                .set(GatewayConfig.SPOOL_DIRECTORY, directory.resolve("spool")));

    theWholeGateway(config, (name, password) -> password.equals("secret"));

    assertThat(directory.resolve("spool")).exists();
  }

  // What the snippets leave to their readers.

  private final ByteArrayOutputStream delivered = new ByteArrayOutputStream();
  private boolean readFailsAtTheEnd;
  private BodyStore bodies = new BodyStore(Path.of("/var/tmp"), 0);

  private interface Directory {
    boolean accepts(String name, String password);
  }

  private MilterChain chain(ScriptedMilter milter) {
    bodies = new BodyStore(directory, 10);
    return MilterChain.builder(bodies)
        .add(MilterClient.builder("m1", milter.address()).build())
        .build();
  }

  private void dialogue(ChainSession session) throws IOException {
    session.helo(Bytes.ofLatin1("mail.example.org"));
    session.mail(sender);
    session.rcpt(recipient);
    session.data();
    aMessage(bodies, session, delivered);
  }

  private void reply(SmtpReply reply) {
    replies.add(reply);
  }

  private void deliver(ContentResult result) {
    results.add(result);
  }

  private byte[] read() throws IOException {
    if (input.isEmpty() && readFailsAtTheEnd) {
      throw new IOException("the client is gone");
    }
    return input.isEmpty() ? new byte[0] : input.remove();
  }

  private MailMessage message(String text) throws IOException {
    try (MessageParser parser = new MessageParser(bodies, 1 << 20)) {
      byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
      parser.append(bytes, 0, bytes.length);
      return MailMessage.of(new Envelope(sender, recipients), parser.finish());
    }
  }

  private static void awaitStop() {}
}
