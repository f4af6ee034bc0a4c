package org.miltergate.milter.chain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.miltergate.milter.chain.SmtpSide.FINE;

import java.io.ByteArrayOutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.miltergate.milter.body.BodyStore;
import org.miltergate.milter.session.MilterClient;
import org.miltergate.milter.test.ScriptedMilter;
import org.miltergate.milter.wire.Reply;

/**
 * New bodies of any length, in packets of any length: Rspamd and the libraries for Go send a new
 * body in one packet.
 */
@ParameterizedClass(name = "pipelining {0}")
@EnumSource(Pipelining.class)
class LargeBodyTest {
  @Parameter Pipelining pipelining;

  private static final int PART_BYTES = 64 * 1024;

  @TempDir Path directory;

  private final List<Integer> parts = Collections.synchronizedList(new ArrayList<>());

  private SmtpSide smtp(MilterClient milter) {
    ChainListener ear =
        new ChainListener() {
          @Override
          public void said(String name, Reply reply) {
            if (reply instanceof Reply.ReplaceBody(var chunk)) {
              parts.add(chunk.length());
            }
          }
        };
    return new SmtpSide(PreData.TOGETHER, new BodyStore(directory, 100_000), ear, milter);
  }

  private static String body(SmtpSide smtp) throws Exception {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    smtp.message().body().writeTo(out);
    return out.toString(java.nio.charset.StandardCharsets.ISO_8859_1);
  }

  /** Lines of different lengths, so that a byte too many or too few shows. */
  private static String text(int bytes) {
    StringBuilder text = new StringBuilder(bytes);
    for (int line = 0; text.length() < bytes; line++) {
      text.append(line).append("x".repeat(line % 61)).append("\r\n");
    }
    text.setLength(bytes - 2);
    return text.append("\r\n").toString().replace("\r\r\n", "y\r\n");
  }

  private static String script(String text) {
    return text.replace("\r", "\\r").replace("\n", "\\n");
  }

  @ParameterizedTest
  @ValueSource(
      ints = {
        2, 65_534, 65_535, 65_536, 65_537, 131_072, 1_048_575, 1_049_600, 1_049_601, 3_000_000
      })
  void ofAnyLengthInOnePacket(int bytes) throws Exception {
    String text = text(bytes);
    try (ScriptedMilter milter =
            ScriptedMilter.builder().on("EOM", "REPLBODY " + script(text), "ACCEPT").start();
        SmtpSide smtp = smtp(pipelining.client("m", milter))) {
      assertThat(smtp.run("C H M R T E")).isEqualTo(FINE);
      assertThat(body(smtp).equals(text)).isTrue();
      smtp.sending(SmtpSide.message("Subject: again\r\n", "body\r\n"));
      assertThat(smtp.run("M R T E")).isEqualTo(FINE);
      assertThat(body(smtp).equals(text)).isTrue();
      assertThat(parts).allMatch(length -> length <= PART_BYTES);
      assertThat(parts.stream().mapToLong(Integer::longValue).sum()).isEqualTo(2L * bytes);
    }
  }

  @Test
  void inLongAndShortPacketsWithProgressBetween() throws Exception {
    String text = text(700_000);
    try (ScriptedMilter milter =
            ScriptedMilter.builder()
                .on(
                    "EOM",
                    "REPLBODY " + script(text),
                    "PROGRESS",
                    "ADDHEADER A|1",
                    "REPLBODY short\\r\\n",
                    "REPLBODY ",
                    "REPLBODY " + script(text),
                    "CONTINUE")
                .start();
        SmtpSide smtp = smtp(pipelining.client("m", milter))) {
      assertThat(smtp.run("C H M R T E")).isEqualTo(FINE);
      assertThat(body(smtp).equals(text + "short\r\n" + text)).isTrue();
      assertThat(smtp.text()).contains("\r\nA: 1\r\n");
    }
  }

  @Test
  void inPacketsOfOneByte() throws Exception {
    int bytes = 500_000;
    try (ScriptedMilter milter =
            ScriptedMilter.builder()
                .on("EOM", "REPEAT " + bytes + " REPLBODY x", "ACCEPT")
                .start();
        SmtpSide smtp = smtp(pipelining.client("m", milter))) {
      assertThat(smtp.run("C H M R T E")).isEqualTo(FINE);
      assertThat(smtp.message().body().length()).isEqualTo(bytes + 2);
    }
  }

  @Test
  void upToTheLimitOfEditsAndNoFurther() throws Exception {
    String text = text(2_000_000);
    for (int spare : new int[] {0, -1}) {
      try (ScriptedMilter milter =
              ScriptedMilter.builder().on("EOM", "REPLBODY " + script(text), "ACCEPT").start();
          SmtpSide smtp =
              smtp(
                  pipelining.client(
                      "m", milter.address(), c -> c.maxEditBytes(text.length() + spare)))) {
        assertThat(smtp.run("C H M R T E"))
            .isEqualTo(
                spare == 0
                    ? FINE
                    : "E 451 4.3.0 Mail cannot be processed now - try again later (m limit)");
      }
    }
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = ';',
      value = {
        // What one packet may take holds for a long one as a whole, however it drips.
        "SLOWLY 40000/300ms REPLBODY <long>; no answer to END_OF_MESSAGE within 1s",
        "SLOWLY 1/50ms REPLBODY <long>;      no answer to END_OF_MESSAGE within 1s",
        "HALF REPLBODY <long>, STALL;        no answer to END_OF_MESSAGE within 1s",
        "HALF REPLBODY <long>, CLOSE;        closed the connection in the middle of a packet",
        "ADDHEADER A|<long>;                 limit is 1049600",
        "REPLYCODE 550 <long>;               limit is 1049600",
      })
  void thatDoesNotComeWholeFailsTheMilter(String fault, String reason) throws Exception {
    String[] actions = fault.replace("<long>", "x".repeat(3_000_000)).split(", ");
    try (ScriptedMilter milter = ScriptedMilter.builder().on("EOM", actions).start();
        SmtpSide smtp =
            smtp(
                pipelining.client(
                    "m", milter.address(), c -> c.contentTimeout(Duration.ofSeconds(1))))) {
      long began = System.nanoTime();
      assertThat(smtp.run("C H M R T E"))
          .isEqualTo("E 451 4.7.1 Service unavailable - try again later (m failed)");
      assertThat(smtp.failures).singleElement().asString().contains(reason);
      assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(20));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"CONNECT", "MAIL", "BODY"})
  void beforeTheEndOfAMessageBreaksTheProtocol(String stage) throws Exception {
    try (ScriptedMilter milter =
            ScriptedMilter.builder()
                .on(stage, "REPLBODY " + "x".repeat(3_000_000), "CONTINUE")
                .start();
        SmtpSide smtp = smtp(pipelining.client("m", milter))) {
      assertThat(smtp.run("C H M R T E")).contains("(m failed)");
      assertThat(smtp.failures).singleElement().asString().contains("ReplaceBody is not legal");
    }
  }
}
