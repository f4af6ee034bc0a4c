package org.miltergate.james;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.UnaryOperator;
import org.apache.james.metrics.api.Metric;
import org.apache.james.metrics.api.MetricFactory;
import org.apache.james.metrics.api.TimeMetric;
import org.apache.james.protocols.netty.NettyServer;
import org.apache.james.protocols.smtp.MailEnvelope;
import org.apache.james.protocols.smtp.SMTPConfigurationImpl;
import org.apache.james.protocols.smtp.SMTPProtocol;
import org.apache.james.protocols.smtp.SMTPProtocolHandlerChain;
import org.apache.james.protocols.smtp.SMTPSession;
import org.apache.james.protocols.smtp.hook.HookResult;
import org.apache.james.protocols.smtp.hook.MessageHook;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.miltergate.milter.chain.MilterChain;
import org.miltergate.milter.session.FailurePolicy;
import org.miltergate.milter.session.MilterClient;
import org.miltergate.milter.test.ScriptedMilter;
import org.miltergate.milter.test.Sockets;
import org.miltergate.milter.test.smtp.ScriptedSmtpClient;
import org.miltergate.milter.wire.Command;
import org.reactivestreams.Publisher;

/** James' own SMTP server with milters, over sockets. */
@Timeout(120)
class MilterHooksTest {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private static final String MESSAGE =
      """
      C: DATA
      S: 354 ...
      C: Subject: hello
      C:
      C: ..dot
      C: body
      C: .
      """;

  private static final String BEGIN =
      """
      S: 220 ...
      C: EHLO client.test
      S: 250 ...
      C: MAIL FROM:<a@example.org>
      S: 250 ...
      C: RCPT TO:<b@example.net>
      S: 250 ...
      """;

  /** What the server's own hook was given, one text a message. */
  private final List<String> delivered = new CopyOnWriteArrayList<>();

  private final List<String> held = new CopyOnWriteArrayList<>();

  @Test
  void editedMessageAndEnvelopeReachTheHook() throws Exception {
    try (ScriptedMilter milter =
            ScriptedMilter.builder()
                .on(
                    "EOM",
                    "INSHEADER 0 X-Top|yes",
                    "ADDHEADER X-Seen|yes",
                    "ADDRCPT <c@example.net>",
                    "ACCEPT")
                .start();
        Server server = new Server(milter, m -> m)) {
      server.play(BEGIN + MESSAGE + "S: 250 ...\nC: QUIT\nS: 221 ...\n");

      assertThat(delivered).hasSize(1);
      assertThat(delivered.getFirst())
          .matches(
              "(?s)a@example.org -> \\[b@example.net, c@example.net]\n"
                  + "X-Top: yes\nReceived: from .*\n"
                  + "Subject: hello\nX-Seen: yes\n\n.dot\nbody\n");
      assertThat(milter.awaitFinished(PATIENCE)).isTrue();
      assertThat(milter.connection().commands(Command.Header.class)).hasSize(1);
      assertThat(milter.connection().commands(Command.Body.class))
          .extracting(body -> body.chunk().toString())
          .containsExactly(".dot\r\nbody\r\n");
      assertThat(milter.connection().commands(Command.Helo.class)).hasSize(1);
      assertThat(milter.transcript()).contains("> QUIT");
    }
  }

  @Test
  void newBodyTakesThePlaceOfTheOld() throws Exception {
    try (ScriptedMilter milter =
            ScriptedMilter.builder().on("EOM", "REPLBODY other\\r\\n", "ACCEPT").start();
        Server server = new Server(milter, m -> m)) {
      server.play(BEGIN + MESSAGE + "S: 250 ...\n");

      assertThat(delivered.getFirst()).endsWith("\n\nother\n");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"CONNECT", "HELO", "MAIL", "RCPT", "DATA", "EOH", "EOM"})
  void refusalAtAStageIsTheReplyThere(String stage) throws Exception {
    try (ScriptedMilter milter =
            ScriptedMilter.builder().on(stage, "REPLYCODE 550 5.7.1 not here").start();
        Server server = new Server(milter, m -> m)) {
      String refused = "S: 550 5.7.1 not here\n";
      server.play(
          switch (stage) {
            case "CONNECT", "HELO", "MAIL" ->
                "S: 220 ...\nC: HELO client.test\nS: 250 ...\nC: MAIL FROM:<a@example.org>\n"
                    + refused;
            case "RCPT" -> BEGIN.replaceFirst("S: 250 ...\n$", refused);
            case "DATA" -> BEGIN + "C: DATA\n" + refused;
            default -> BEGIN + MESSAGE + refused;
          });

      assertThat(delivered).isEmpty();
    }
  }

  @Test
  void anotherMessageCanFollowARefusedOne() throws Exception {
    try (ScriptedMilter milter =
            ScriptedMilter.builder().on("RCPT <b@example.net>", "TEMPFAIL").start();
        Server server = new Server(milter, m -> m)) {
      server.play(
          BEGIN.replaceFirst("S: 250 ...\n$", "S: 451 ...\n")
              + """
              C: RSET
              S: 250 ...
              C: MAIL FROM:<>
              S: 250 ...
              C: RCPT TO:<d@example.net>
              S: 250 ...
              """
              + MESSAGE
              + """
              S: 250 ...
              C: MAIL FROM:<e@example.net>
              S: 250 ...
              C: RCPT TO:<f@example.net>
              S: 250 ...
              """
              + MESSAGE
              + "S: 250 ...\n");

      assertThat(delivered).hasSize(2);
      assertThat(delivered.get(0)).startsWith(" -> [d@example.net]\n");
      assertThat(delivered.get(1)).startsWith("e@example.net -> [f@example.net]\n");
      assertThat(milter.connections()).hasSize(1);
    }
  }

  @Test
  void milterThatShutsDownEndsTheConnection() throws Exception {
    try (ScriptedMilter milter = ScriptedMilter.builder().on("RCPT", "SHUTDOWN").start();
        Server server = new Server(milter, m -> m)) {
      server.play(
          BEGIN.replaceFirst("S: 250 ...\n$", "S: 421 4.7.0 Server closing connection\n")
              + "S! closed\n");
    }
  }

  @Test
  void unknownCommandIsToldAndItsTemporaryRefusalAnswered() throws Exception {
    try (ScriptedMilter milter =
            ScriptedMilter.builder().on("UNKNOWN", "REPLYCODE 450 4.7.1 slow down").start();
        Server server = new Server(milter, m -> m)) {
      server.play("S: 220 ...\nC: HELO client.test\nS: 250 ...\nC: XYZZY now\nS: 450 4.7.1 ...\n");
    }
  }

  @Test
  void discardedMessageIsAnsweredAsUsualAndGoesNowhere() throws Exception {
    try (ScriptedMilter milter = ScriptedMilter.builder().on("EOM", "DISCARD").start();
        Server server = new Server(milter, m -> m)) {
      server.play(BEGIN + MESSAGE + "S: 250 ...\n");

      assertThat(delivered).isEmpty();
    }
  }

  @Test
  void heldMessageIsRefusedForNowUnlessThereIsAQuarantine() throws Exception {
    try (ScriptedMilter milter =
        ScriptedMilter.builder().on("EOM", "QUARANTINE virus", "ACCEPT").start()) {
      try (Server server = new Server(milter, m -> m)) {
        server.play(BEGIN + MESSAGE + "S: 451 4.7.1 ...\n");
      }
      try (Server server = new Server(milter, m -> m.quarantine(recorder(held)))) {
        server.play(BEGIN + MESSAGE + "S: 250 ...\n");
      }
    }

    assertThat(delivered).isEmpty();
    assertThat(held).hasSize(1);
  }

  @Test
  void lostClientIsALostMessageForTheMilters() throws Exception {
    try (ScriptedMilter milter = ScriptedMilter.builder().start();
        Server server = new Server(milter, m -> m)) {
      server.play(BEGIN + "C: DATA\nS: 354 ...\nC: Subject: half\n");

      assertThat(milter.awaitFinished(PATIENCE)).isTrue();
      assertThat(milter.connection().commands(Command.EndOfMessage.class)).isEmpty();
      assertThat(milter.transcript()).contains("> ABORT").contains("> QUIT");
    }
    assertThat(delivered).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"TEMPFAIL, 451, 0", "ACCEPT, 250, 1"})
  void deadMilterCountsByItsDefaultAction(FailurePolicy action, String code, int messages)
      throws Exception {
    MilterClient dead = MilterClient.builder("m", Sockets.nobody()).onFailure(action).build();
    try (Server server = new Server(MilterChain.builder().add(dead).build(), m -> m)) {
      server.play(
          messages == 0
              ? "S: 220 ...\nC: HELO client.test\nS: 250 ...\nC: MAIL FROM:<a@example.org>\n"
                  + "S: 451 4.7.1 ...\n"
              : BEGIN + MESSAGE + "S: " + code + " ...\n");
    }

    assertThat(delivered).hasSize(messages);
  }

  @Test
  void milterThatDiesInTheMiddleCountsByItsDefaultAction() throws Exception {
    try (ScriptedMilter milter = ScriptedMilter.builder().on("EOM", "CLOSE").start();
        Server server = new Server(milter, m -> m)) {
      server.play(BEGIN + MESSAGE + "S: 451 4.7.1 ...\n");
    }

    assertThat(delivered).isEmpty();
  }

  private static MessageHook recorder(List<String> messages) {
    return (SMTPSession session, MailEnvelope mail) -> {
      try {
        byte[] text = mail.getMessageInputStream().readAllBytes();
        assertThat(mail.getSize()).isEqualTo(text.length);
        messages.add(
            mail.getMaybeSender().asString("")
                + " -> "
                + mail.getRecipients()
                + "\n"
                + new String(text, StandardCharsets.US_ASCII).replace("\r\n", "\n"));
        return HookResult.OK;
      } catch (IOException e) {
        return HookResult.DENYSOFT;
      }
    };
  }

  /** James' server on a free port. */
  private final class Server implements AutoCloseable {
    private final NettyServer server;

    Server(ScriptedMilter milter, UnaryOperator<MilterHooks> settings) throws Exception {
      this(
          MilterChain.builder().add(MilterClient.builder("m", milter.address()).build()).build(),
          settings);
    }

    Server(MilterChain chain, UnaryOperator<MilterHooks> settings) throws Exception {
      SMTPProtocolHandlerChain handlers = new SMTPProtocolHandlerChain(new NoMetrics());
      handlers.add(0, settings.apply(new MilterHooks(chain, "mx.test", recorder(delivered))));
      handlers.wireExtensibleHandlers();
      server =
          new NettyServer.Factory()
              .protocol(new SMTPProtocol(handlers, new SMTPConfigurationImpl()))
              .build();
      server.setListenAddresses(new InetSocketAddress("127.0.0.1", 0));
      server.bind();
    }

    void play(String script) throws IOException {
      try (ScriptedSmtpClient client =
          ScriptedSmtpClient.connect(server.getListenAddresses().getFirst())) {
        client.play(script);
      }
    }

    @Override
    public void close() {
      server.unbind();
    }
  }

  /** Measures nothing. */
  private static final class NoMetrics implements MetricFactory {
    @Override
    public Metric generate(String name) {
      throw new UnsupportedOperationException(name);
    }

    @Override
    public TimeMetric timer(String name) {
      return new TimeMetric() {
        @Override
        public String name() {
          return name;
        }

        @Override
        public ExecutionResult stopAndPublish() {
          return new ExecutionResult() {
            @Override
            public Duration elasped() {
              return Duration.ZERO;
            }

            @Override
            public ExecutionResult logWhenExceedP99(Duration limit) {
              return this;
            }
          };
        }
      };
    }

    @Override
    public <T> Publisher<T> decoratePublisherWithTimerMetric(String name, Publisher<T> publisher) {
      return publisher;
    }

    @Override
    public <T> Publisher<T> decoratePublisherWithTimerMetricLogP99(
        String name, Publisher<T> publisher) {
      return publisher;
    }
  }
}
