package org.miltergate.milter.chain;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import org.miltergate.milter.body.BodyStore;
import org.miltergate.milter.bytes.Bytes;
import org.miltergate.milter.mail.Envelope;
import org.miltergate.milter.mail.MailMessage;
import org.miltergate.milter.mail.Recipient;
import org.miltergate.milter.mail.Sender;
import org.miltergate.milter.session.FailurePolicy;
import org.miltergate.milter.session.Letters;
import org.miltergate.milter.session.Macros;
import org.miltergate.milter.session.MilterClient;
import org.miltergate.milter.test.ScriptedMilter;
import org.slf4j.LoggerFactory;

@ParameterizedClass(name = "pipelining {0}")
@EnumSource(Pipelining.class)
class LoggingChainListenerTest {
  @Parameter Pipelining pipelining;

  private final Logger logger = (Logger) LoggerFactory.getLogger(LoggingChainListener.class);
  private final ListAppender<ILoggingEvent> lines = new ListAppender<>();
  private BodyStore bodies = new BodyStore(Path.of("."), 1 << 20);

  @BeforeEach
  void listen() {
    lines.start();
    logger.addAppender(lines);
    logger.setAdditive(false);
    logger.setLevel(Level.INFO);
  }

  @AfterEach
  void stopListening() {
    logger.detachAppender(lines);
    logger.setAdditive(true);
    logger.setLevel(null);
  }

  @Test
  void tellsWhatAnAdministratorActsOnAndNothingOfTheMessage() throws Exception {
    try (ScriptedMilter milter =
        ScriptedMilter.builder()
            .on("RCPT <no@y.test>", "REPLYCODE 550 5.1.1 no\\x07 such user")
            .on("EOM", "ADDHEADER Secret|1", "ADDHEADER Secret|2", "QUARANTINE why\\nnot", "ACCEPT")
            .start()) {
      assertThat(logged(milter, "<no@y.test>", "<b@y.test>"))
          .containsExactly(
              "WARN milter-odd: queue-id=4fX milter=m text=reply text was mended: control"
                  + " character",
              "INFO milter-reject: queue-id=4fX milter=m stage=RCPT reply=550 5.1.1 no such user"
                  + " by=MILTER",
              "INFO milter-hold: queue-id=4fX milter=m reason=why?not",
              "INFO milter-edit: queue-id=4fX milter=m edits=AddHeader=2 Quarantine=1");
    }
  }

  @Test
  void tellsOfAFailureAndOfWhatItCountsAs() throws Exception {
    try (ScriptedMilter milter = ScriptedMilter.builder().on("EOH", "CLOSE").start()) {
      assertThat(logged(milter, "<b@y.test>"))
          .containsExactly(
              "WARN milter-fail: queue-id=4fX milter=m stage=END_OF_HEADERS"
                  + " cause=closed the connection instead of answering END_OF_HEADERS"
                  + " default-action=TEMPFAIL",
              "INFO milter-reject: queue-id=4fX milter=m stage=END_OF_HEADERS"
                  + " reply=451 4.7.1 Service unavailable - try again later by=DEFAULT_ACTION");
    }
  }

  @Test
  void tellsOfAMessageThatPassesWithoutAMilter() throws Exception {
    try (ScriptedMilter milter = ScriptedMilter.builder().on("EOH", "CLOSE").start()) {
      assertThat(
              logged(
                  pipelining.client("m", milter.address(), c -> c.onFailure(FailurePolicy.ACCEPT)),
                  "<b@y.test>"))
          .containsExactly(
              "WARN milter-fail: queue-id=4fX milter=m stage=END_OF_HEADERS"
                  + " cause=closed the connection instead of answering END_OF_HEADERS"
                  + " default-action=ACCEPT",
              "WARN milter-unheard: queue-id=4fX milter=m"
                  + " cause=closed the connection instead of answering END_OF_HEADERS");
    }
  }

  @Test
  void tellsOfALimitThatWasExceeded() throws Exception {
    try (ScriptedMilter milter =
        ScriptedMilter.builder().on("EOM", "REPEAT 2 ADDHEADER A|b", "ACCEPT").start()) {
      assertThat(logged(pipelining.client("m", milter.address(), c -> c.maxEdits(1)), "<b@y.test>"))
          .containsExactly(
              "WARN milter-limit: queue-id=4fX milter=m stage=END_OF_MESSAGE"
                  + " cause=asked for more than 1 edits of one message (max-edits)",
              "INFO milter-reject: queue-id=4fX milter=m stage=END_OF_MESSAGE"
                  + " reply=451 4.3.0 Mail cannot be processed now - try again later by=LIMIT");
    }
  }

  @Test
  void tellsOfAFailureOfThisSide() throws Exception {
    try (ScriptedMilter milter =
        ScriptedMilter.builder().on("EOM", "REPLBODY x", "ACCEPT").start()) {
      bodies = new BodyStore(Path.of("no", "such", "directory"), 0);
      assertThat(logged(pipelining.client("m", milter), "<b@y.test>"))
          .first()
          .asString()
          .startsWith(
              "ERROR local-failure: queue-id=4fX milter=m stage=END_OF_MESSAGE"
                  + " cause=java.nio.file.NoSuchFileException: ");
    }
  }

  @Test
  void tellsOfADiscard() throws Exception {
    try (ScriptedMilter milter = ScriptedMilter.builder().on("BODY", "DISCARD").start()) {
      assertThat(logged(milter, "<b@y.test>"))
          .containsExactly("INFO milter-discard: queue-id=4fX milter=m stage=BODY");
    }
  }

  private List<String> logged(ScriptedMilter milter, String... recipients) throws Exception {
    return logged(pipelining.client("m", milter), recipients);
  }

  private List<String> logged(MilterClient milter, String... recipients) throws Exception {
    Macros macros = new Macros();
    macros.set("i", "4fX");
    MilterChain chain = MilterChain.builder(bodies).add(milter).build();
    try (ChainDialogue session = chain.openDialogue(macros, new LoggingChainListener(macros))) {
      session.connect(Bytes.ofLatin1("client.test"), Letters.CLIENT);
      Sender sender = new Sender(Bytes.ofLatin1("<a@x.test>"), List.of());
      session.mail(sender);
      for (String recipient : recipients) {
        session.rcpt(new Recipient(Bytes.ofLatin1(recipient), List.of()));
      }
      session.data();
      MailMessage message = SmtpSide.message("Secret: s\r\n", "secret\r\n");
      session.content(
          new MailMessage(
              new Envelope(sender, List.of()),
              message.header(),
              message.separator(),
              message.body()));
    }
    return lines.list.stream().map(LoggingChainListenerTest::text).toList();
  }

  private static String text(ILoggingEvent line) {
    String facts =
        line.getKeyValuePairs().stream()
            .map(pair -> " " + pair.key + "=" + pair.value)
            .collect(Collectors.joining());
    assertThat(line.getFormattedMessage()).as("the text has all facts").endsWith(":" + facts);
    return line.getLevel() + " " + line.getFormattedMessage().replaceFirst(" took-ms=\\d+", "");
  }
}
