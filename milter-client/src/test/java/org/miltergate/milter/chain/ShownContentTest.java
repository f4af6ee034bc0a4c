package org.miltergate.milter.chain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.miltergate.milter.chain.SmtpSide.AMPLE;
import static org.miltergate.milter.chain.SmtpSide.FINE;
import static org.miltergate.milter.chain.SmtpSide.message;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.miltergate.milter.body.Body;
import org.miltergate.milter.bytes.Bytes;
import org.miltergate.milter.mail.Envelope;
import org.miltergate.milter.mail.HeaderBlock;
import org.miltergate.milter.mail.MailMessage;
import org.miltergate.milter.mail.Sender;
import org.miltergate.milter.session.Letters;
import org.miltergate.milter.test.ScriptedMilter;
import org.miltergate.milter.wire.Command;
import org.miltergate.milter.wire.DataSize;

/** The message as a milter is shown it. */
@ParameterizedClass(name = "pipelining {0}")
@EnumSource(Pipelining.class)
class ShownContentTest {
  @Parameter Pipelining pipelining;

  private static final String ODD_HEADER =
      "Subject: one blank\r\n"
          + "X-None:no blank\r\n"
          + "X-Two:  two blanks\r\n"
          + "X-Tab:\ttab\r\n"
          + "X-Space : before colon\r\n"
          + "X-Folded: a\r\n\tb\r\n  c\r\n"
          + "X-8bit: \u00e4\u00ff\r\n"
          + "X-Empty:\r\n"
          + "x-empty: \r\n"
          + "X-Nul: a\0b\r\n";

  @Test
  void takesOneBlankBehindTheColonAway() throws Exception {
    show(
        message(ODD_HEADER, "body\r\n"),
        """
        ...
        > HEADER Subject|one blank
        < CONTINUE
        > HEADER X-None|no blank
        < CONTINUE
        > HEADER X-Two|\\x20two blanks
        < CONTINUE
        > HEADER X-Tab|\\ttab
        < CONTINUE
        > HEADER X-Space|before colon
        < CONTINUE
        > HEADER X-Folded|a\\n\\tb\\n  c
        < CONTINUE
        > HEADER X-8bit|\\xe4\\xff
        < CONTINUE
        > HEADER X-Empty|
        < CONTINUE
        > HEADER x-empty|
        < CONTINUE
        > HEADER X-Nul|a
        < CONTINUE
        > EOH
        < CONTINUE
        > BODY body\\r\\n
        < CONTINUE
        > EOM
        < CONTINUE
        """);
  }

  @Test
  void leavesTheBlankToAMilterThatAskedForIt() throws Exception {
    show(
        message(ODD_HEADER, "body\r\n"),
        """
        > OPTNEG steps=0x1fffff
        < OPTNEG version=6 steps=0x100000
        ...
        > HEADER Subject| one blank
        < CONTINUE
        > HEADER X-None|no blank
        < CONTINUE
        > HEADER X-Two|  two blanks
        < CONTINUE
        > HEADER X-Tab|\\ttab
        < CONTINUE
        > HEADER X-Space| before colon
        < CONTINUE
        > HEADER X-Folded| a\\n\\tb\\n  c
        < CONTINUE
        > HEADER X-8bit| \\xe4\\xff
        < CONTINUE
        > HEADER X-Empty|
        < CONTINUE
        > HEADER x-empty|\\x20
        < CONTINUE
        > HEADER X-Nul| a
        < CONTINUE
        > EOH
        < CONTINUE
        ...
        """);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 65_535, 65_536, 200_000})
  void cutsTheBodyIntoTheLargestPackets(int length) throws Exception {
    Bytes body = Bytes.ofLatin1("0123456789\r\n".repeat(length / 12 + 1)).slice(0, length);
    MailMessage message = withBody(Body.of(body));
    try (ScriptedMilter milter = ScriptedMilter.builder().start()) {
      try (SmtpSide smtp = new SmtpSide(PreData.TOGETHER, pipelining.client("m", milter))) {
        assertThat(smtp.sending(message).run("C H M R T E")).isEqualTo(FINE);
      }

      List<Command.Body> packets = milter.connection().commands(Command.Body.class);
      assertThat(packets).hasSize((length + 65_534) / 65_535);
      assertThat(packets.subList(0, packets.size() - 1))
          .allMatch(packet -> packet.chunk().length() == 65_535);
      assertThat(packets.stream().map(Command.Body::chunk).reduce(Bytes.EMPTY, Bytes::concat))
          .isEqualTo(body);
    }
  }

  @Test
  void sendsLargerPacketsWhereThatWasAgreed() throws Exception {
    try (ScriptedMilter milter =
        ScriptedMilter.script("> OPTNEG\n< OPTNEG version=6 steps=0x10000000\n...")) {
      try (SmtpSide smtp =
          new SmtpSide(
              PreData.TOGETHER,
              pipelining.client("m", milter.address(), c -> c.offerDataSize(DataSize.LARGE)))) {
        smtp.sending(withBody(Body.of(Bytes.copyOf(new byte[300_000])))).run("C H M R T E");
      }

      assertThat(milter.connection().commands(Command.Body.class))
          .extracting(packet -> packet.chunk().length())
          .containsExactly(262_143, 300_000 - 262_143);
    }
  }

  @Test
  void sendsNoBodyPacketForAnEmptyBodyAndNoHeaderWhereThereIsNone() throws Exception {
    try (ScriptedMilter milter = ScriptedMilter.builder().start()) {
      try (SmtpSide smtp = new SmtpSide(PreData.TOGETHER, pipelining.client("m", milter))) {
        smtp.sending(message("Subject: x\r\n", "")).run("C H M R T E");
        smtp.sending(message("", "body\r\n")).run("M R T E");
        smtp.sending(message("", "")).run("M R T E");
      }

      assertThat(milter.awaitFinished(AMPLE)).isTrue();
      assertThat(Letters.of(milter.connection()))
          .isEqualTo("O C H M R T L N E A M R T N B E A M R T N E A Q");
    }
  }

  /** The next milter could be shown only a part of it, and would judge what nobody gets. */
  @Test
  void leavesOutAFieldOfAMilterThatFitsInNoPacket() throws Exception {
    // 65535 bytes as they come; each line that becomes a fold makes it one byte longer.
    String folds = "\\na".repeat(32_765);
    try (ScriptedMilter milter =
            ScriptedMilter.builder()
                .on("EOM", "ADDHEADER X-A|" + folds, "ADDHEADER B|b", "ACCEPT")
                .start();
        ScriptedMilter next = ScriptedMilter.builder().start()) {
      try (SmtpSide smtp =
          new SmtpSide(
              PreData.TOGETHER, pipelining.client("m", milter), pipelining.client("n", next))) {
        assertThat(smtp.run("C H M R T E")).isEqualTo(FINE);

        assertThat(smtp.text())
            .isEqualTo(SmtpSide.OWN_RECEIVED + "Subject: hello\r\nB: b\r\n\r\nbody\r\n");
        assertThat(smtp.warnings)
            .containsExactly(
                "m asked for a header field that is longer than 65535 bytes: left out");
      }

      assertThat(next.connection().commands(Command.Header.class))
          .extracting(header -> header.name().toString())
          .containsExactly("Subject", "B");
    }
  }

  @Test
  void allMiltersSeeTheSameUntouchedMessage() throws Exception {
    try (ScriptedMilter m1 = ScriptedMilter.builder().start();
        ScriptedMilter m2 = ScriptedMilter.builder().start();
        ScriptedMilter m3 = ScriptedMilter.builder().start()) {
      MailMessage message = message(ODD_HEADER, "\r\n.\r\nbody");
      try (SmtpSide smtp =
          new SmtpSide(
              PreData.TOGETHER,
              pipelining.client("m1", m1),
              pipelining.client("m2", m2),
              pipelining.client("m3", m3))) {
        assertThat(smtp.sending(message).run("C H M R T E")).isEqualTo(FINE);
        assertThat(smtp.message().header()).isSameAs(message.header());
        assertThat(smtp.message().body()).isSameAs(message.body());
      }

      assertThat(m1.awaitFinished(AMPLE) && m2.awaitFinished(AMPLE) && m3.awaitFinished(AMPLE))
          .isTrue();
      assertThat(m2.connection().commands()).isEqualTo(m1.connection().commands());
      assertThat(m3.connection().commands()).isEqualTo(m1.connection().commands());
    }
  }

  private void show(MailMessage message, String script) throws Exception {
    try (ScriptedMilter milter = ScriptedMilter.script(script)) {
      try (SmtpSide smtp = new SmtpSide(PreData.TOGETHER, pipelining.client("m", milter))) {
        assertThat(smtp.sending(message).run("C H M R T E")).isEqualTo(FINE);
      }
      milter.assertScriptFinished();
    }
  }

  private static MailMessage withBody(Body body) {
    return new MailMessage(
        new Envelope(new Sender(Bytes.ofLatin1("<>"), List.of()), List.of()),
        HeaderBlock.EMPTY,
        Bytes.ofLatin1("\r\n"),
        body);
  }
}
