package org.miltergate.subethasmtp;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.miltergate.milter.chain.MilterChain;
import org.miltergate.milter.session.FailurePolicy;
import org.miltergate.milter.session.MilterClient;
import org.miltergate.milter.test.ScriptedMilter;
import org.miltergate.milter.test.ScriptedMilterBuilder;
import org.miltergate.milter.test.Sockets;
import org.miltergate.milter.test.smtp.ScriptedSmtpClient;
import org.miltergate.milter.wire.Command;
import org.miltergate.net.Endpoint;
import org.subethamail.smtp.MessageHandler;
import org.subethamail.smtp.RejectException;
import org.subethamail.smtp.server.SMTPServer;

/** A stock SubEthaSMTP server with milters, over sockets. */
@Timeout(120)
class SubethaMiltersTest {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private static final String MESSAGE =
      """
      C: DATA
      S: 354 ...
      C: Subject: hello
      C:
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

  /** What the server's own handlers were told, one text a message. */
  private final List<String> delivered = new CopyOnWriteArrayList<>();

  private final List<String> held = new CopyOnWriteArrayList<>();

  @Test
  void editedMessageAndEnvelopeReachTheHandlerOnce() throws Exception {
    try (ScriptedMilter milter =
            ScriptedMilter.builder()
                .on(
                    "EOM",
                    "INSHEADER 0 X-Top|yes",
                    "ADDHEADER X-Seen|yes",
                    "REPLBODY other\\r\\n",
                    "ADDRCPT <c@example.net>",
                    "ACCEPT")
                .start();
        Server server = new Server(milter, m -> m)) {
      server.play(BEGIN + MESSAGE + "S: 250 ...\nC: QUIT\nS: 221 ...\n");

      assertThat(delivered).hasSize(1);
      assertThat(delivered.getFirst())
          .matches(
              "(?s)a@example.org -> \\[b@example.net, c@example.net]\n"
                  + "X-Top: yes\nReceived: from client.test .*\n"
                  + "Subject: hello\nX-Seen: yes\n\nother\n");
      assertThat(milter.awaitFinished(PATIENCE)).isTrue();
      assertThat(milter.connection().commands(Command.Header.class)).hasSize(1);
      assertThat(milter.connection().commands(Command.Helo.class)).hasSize(1);
      assertThat(milter.transcript()).contains("> QUIT");
    }
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({"CONNECT, 554", "MAIL, 550", "RCPT, 550", "DATA, 550", "EOH, 550", "EOM, 550"})
  void refusalAtAStageIsTheReplyThere(String stage, String code) throws Exception {
    try (ScriptedMilter milter =
            ScriptedMilter.builder().on(stage, "REPLYCODE 550 5.7.1 not here").start();
        Server server = new Server(milter, m -> m)) {
      String refused = "S: " + code + " 5.7.1 not here\n";
      String script =
          switch (stage) {
            case "CONNECT" -> refused + "S! closed\n";
            case "MAIL" ->
                "S: 220 ...\nC: HELO client.test\nS: 250 ...\nC: MAIL FROM:<a@example.org>\n"
                    + refused;
            case "RCPT" -> BEGIN.replaceFirst("S: 250 ...\n$", refused);
            default -> BEGIN + MESSAGE + refused;
          };
      server.play(script);

      assertThat(delivered).isEmpty();
    }
  }

  @Test
  void refusalHasAllItsLinesAndAnotherMessageCanFollow() throws Exception {
    try (ScriptedMilter milter =
            ScriptedMilter.builder()
                .on("BODY body\\r\\n", "REPLYCODE 550-5.7.1 first\\r\\n550 5.7.1 second")
                .start();
        Server server = new Server(milter, m -> m)) {
      server.play(
          BEGIN
              + MESSAGE
              + """
              S: 550 5.7.1 second
              C: MAIL FROM:<>
              S: 250 ...
              C: RCPT TO:<d@example.net>
              S: 250 ...
              """
              + MESSAGE.replace("body", "better")
              + "S: 250 ...\n");

      assertThat(delivered).hasSize(1);
      assertThat(delivered.getFirst()).startsWith(" -> [d@example.net]\n").contains("better");
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
      try (Server server = new Server(milter, m -> m.quarantine(c -> new Recorder(held)))) {
        server.play(BEGIN + MESSAGE + "S: 250 ...\n");
      }
    }

    assertThat(delivered).isEmpty();
    assertThat(held).hasSize(1);
  }

  @Test
  void recipientThatTheServerRefusesIsNotInTheEnvelope() throws Exception {
    try (ScriptedMilter milter =
            ScriptedMilter.builder().on("RCPT <milter-refuses@example.net>", "REJECT").start();
        Server server = new Server(milter, m -> m)) {
      server.play(
          BEGIN
              + """
              C: RCPT TO:<unknown@example.net>
              S: 550 5.1.1 unknown
              C: RCPT TO:<milter-refuses@example.net>
              S: 550 ...
              """
              + MESSAGE
              + "S: 250 ...\n");

      assertThat(delivered).hasSize(1);
      assertThat(delivered.getFirst()).startsWith("a@example.org -> [b@example.net]\n");
    }
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

  @Test
  void resetIsToldBeforeTheNextMessage() throws Exception {
    try (ScriptedMilter milter = ScriptedMilter.builder().start();
        Server server = new Server(milter, m -> m)) {
      server.play(
          BEGIN
              + "C: RSET\nS: 250 ...\nC: MAIL FROM:<z@example.org>\nS: 250 ...\nC: QUIT\n"
              + "S: 221 ...\n");

      assertThat(milter.awaitFinished(PATIENCE)).isTrue();
      assertThat(milter.connection().commands())
          .extracting(command -> command.getClass().getSimpleName())
          .containsExactly(
              "Negotiate", "Connect", "Helo", "Mail", "Rcpt", "Abort", "Mail", "Abort", "Quit");
    }
  }

  @ParameterizedTest
  @CsvSource({"TEMPFAIL, 451, 0", "ACCEPT, 250, 1"})
  void deadMilterCountsByItsDefaultAction(FailurePolicy action, String code, int messages)
      throws Exception {
    MilterClient dead = MilterClient.builder("m", Sockets.nobody()).onFailure(action).build();
    try (Server server = new Server(MilterChain.builder().add(dead).build(), milters -> milters)) {
      String begin = "S: 220 ...\nC: HELO client.test\nS: 250 ...\nC: MAIL FROM:<a@example.org>\n";
      server.play(
          messages == 0
              ? begin + "S: " + code + " ...\n"
              : BEGIN + MESSAGE + "S: " + code + " ...\n");
    }

    assertThat(delivered).hasSize(messages);
  }

  @Test
  void milterThatDiesInTheMiddleCountsByItsDefaultAction() throws Exception {
    ScriptedMilterBuilder dying = ScriptedMilter.builder().on("EOM", "CLOSE");
    try (ScriptedMilter milter = dying.start();
        Server server = new Server(milter, m -> m)) {
      server.play(BEGIN + MESSAGE + "S: 451 4.7.1 ...\n");
    }

    assertThat(delivered).isEmpty();
  }

  /** A server on a free port, with handlers that keep what they get. */
  private final class Server implements AutoCloseable {
    private final SMTPServer server;

    Server(ScriptedMilter milter, UnaryOperator<SubethaMilters> settings) {
      this(chain(milter.address()), settings);
    }

    Server(MilterChain chain, UnaryOperator<SubethaMilters> settings) {
      SubethaMilters milters =
          settings.apply(new SubethaMilters(chain, "mx.test", context -> new Recorder(delivered)));
      server =
          SMTPServer.port(0)
              .bindAddress(InetAddress.getLoopbackAddress())
              .hostName("mx.test")
              .sessionHandler(milters)
              .messageHandlerFactory(milters)
              .build();
      server.start();
    }

    void play(String script) throws IOException {
      InetSocketAddress address =
          new InetSocketAddress(InetAddress.getLoopbackAddress(), server.getPortAllocated());
      try (ScriptedSmtpClient client = ScriptedSmtpClient.connect(address)) {
        client.play(script);
      }
    }

    @Override
    public void close() {
      server.stop();
    }
  }

  private static MilterChain chain(Endpoint milter) {
    return MilterChain.builder().add(MilterClient.builder("m", milter).build()).build();
  }

  /** Keeps a message when it has its content; knows everybody but {@code unknown}. */
  private static final class Recorder implements MessageHandler {
    private final List<String> messages;
    private final List<String> recipients = new ArrayList<>();
    private String sender = "?";

    Recorder(List<String> messages) {
      this.messages = messages;
    }

    @Override
    public void from(String from) {
      sender = from;
    }

    @Override
    public void recipient(String recipient) throws RejectException {
      if (recipient.startsWith("unknown@")) {
        throw new RejectException(550, "5.1.1 unknown");
      }
      recipients.add(recipient);
    }

    @Override
    public String data(InputStream data) throws IOException {
      String text = new String(data.readAllBytes(), StandardCharsets.US_ASCII);
      messages.add(sender + " -> " + recipients + "\n" + text.replace("\r\n", "\n"));
      return "2.0.0 kept";
    }

    @Override
    public void done() {}
  }
}
