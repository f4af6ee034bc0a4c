package org.miltergate.gateway.smtp.content;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.miltergate.config.BareNewlines;
import org.miltergate.gateway.smtp.command.CommandReader;
import org.miltergate.gateway.smtp.io.ClientGoneException;
import org.miltergate.gateway.smtp.io.ClientInput;
import org.miltergate.gateway.smtp.io.Pace;
import org.miltergate.gateway.testkit.ScriptedSource;
import org.miltergate.milter.bytes.Bytes;
import org.miltergate.net.Deadline;

/** In the tables, {@code r} stands for CR, {@code n} for LF, {@code 0} for NUL. */
class DataReaderTest {
  private static final Duration PAUSE = Duration.ofSeconds(10);

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "'.rn', ''",
    "'rn.rn', 'rn'",
    "'Arn.rn', 'Arn'",
    "'..rn.rn', '.rn'",
    "'..A-rn..B-rn.rn', '.A-rn.B-rn'",
    "'.Arn.rn', 'Arn'",
    "'A.rnB..rn.rn', 'A.rnB..rn'",
    "'...rn.rn', '..rn'",
    "'rnrn.rn', 'rnrn'",
    "'A0Brn.rn', 'A0Brn'",
    "'Arn.0rn.rn', 'Arn0rn'",
  })
  void undoesDotStuffing(String sent, String content) throws IOException {
    for (ClientInput input : inPieces(bytes(sent) + "NOOP\r\n")) {
      Collected collected = read(input, BareNewlines.REJECT);

      assertThat(collected.refused).isFalse();
      assertThat(collected.text()).isEqualTo(bytes(content));
      assertNextCommand(input);
    }
  }

  @ParameterizedTest(name = "{0}")
  @ValueSource(
      strings = {
        "An.rn",
        "An.n",
        "An.r",
        "Ar.r",
        "Ar.n",
        "Ar.rn",
        "Arn.n",
        "Arn.r",
        "Arn.rrn",
        "Arrn",
        "An",
        "Ar",
        "nArn",
        "rArn",
        "Arn.rArn",
        "Anrn",
        "Arnr",
      })
  void refusesAndDrainsWhatMightEndTheMessageElsewhere(String sent) throws IOException {
    String smuggled = "MAIL FROM:<evil@example.com>\r\nDATA\r\n";
    for (ClientInput input : inPieces(bytes(sent) + smuggled + "\r\n.\r\nNOOP\r\n")) {
      Collected collected = read(input, BareNewlines.REJECT);

      assertThat(collected.refused).isTrue();
      assertNextCommand(input);
    }
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "'An.rn', 'Arn.rn'",
    "'An.n', 'Arn.rn'",
    "'Ar.r', 'Arn.rn'",
    "'Ar.n', 'Arn.rn'",
    "'Ar.rn', 'Arn.rn'",
    "'Arn.n', 'Arnrn'",
    "'Arn.r', 'Arnrn'",
    "'Arn.rrn', 'Arnrn'",
    "'Arrn', 'Arn'",
    "'Arrrn', 'Arn'",
    "'Arrx', 'Arnrnx'",
    "'Arn.rrx', 'Arnrnrnx'",
    "'Anrn', 'Arnrn'",
    "'An', 'Arn'",
  })
  void turnsBareNewlinesIntoLineEndsIfToldTo(String sent, String content) throws IOException {
    for (ClientInput input : inPieces(bytes(sent) + "Brn.rnNOOPrn".replace("rn", "\r\n"))) {
      Collected collected = read(input, BareNewlines.NORMALIZE);

      assertThat(collected.refused).isFalse();
      assertThat(collected.text()).isEqualTo(bytes(content) + "B\r\n");
      assertNextCommand(input);
    }
  }

  @Test
  void failsIfTheClientLeavesWithinTheMessage() {
    for (String sent : new String[] {"", "A", "A\r", "A\r\n", "A\r\n.", "A\r\n.\r"}) {
      assertThatThrownBy(() -> read(ScriptedSource.input(sent), BareNewlines.REJECT))
          .isInstanceOf(ClientGoneException.class);
    }
  }

  @Test
  void readsWhatASimpleReaderReadsHoweverTheInputIsCut() throws IOException {
    Random random = new Random(20261101);
    for (int round = 0; round < 2_000; round++) {
      String content = randomLines(random);
      String stuffed = content.replaceAll("(?m)^\\.", "..");
      ClientInput input = inRandomPieces(stuffed + ".\r\nNOOP\r\n", random);

      Collected collected = read(input, BareNewlines.REJECT);

      assertThat(collected.text()).isEqualTo(content);
      assertNextCommand(input);
    }
  }

  @Test
  void readsAMessageLargerThanItsBuffer() throws IOException {
    String content = ("x".repeat(70_000) + "\r\n").repeat(5);
    ClientInput input = ScriptedSource.input(content + ".\r\nNOOP\r\n");

    Collected collected = read(input, BareNewlines.REJECT);

    assertThat(collected.text()).isEqualTo(content);
    assertNextCommand(input);
  }

  private static String randomLines(Random random) {
    StringBuilder lines = new StringBuilder();
    int count = random.nextInt(8);
    for (int i = 0; i < count; i++) {
      lines.append(".".repeat(random.nextInt(3)));
      lines.append("x".repeat(random.nextInt(4)));
      lines.append(".".repeat(random.nextInt(2)));
      lines.append("\r\n");
    }
    return lines.toString();
  }

  private static ClientInput inRandomPieces(String text, Random random) {
    java.util.List<String> pieces = new java.util.ArrayList<>();
    int at = 0;
    while (at < text.length()) {
      int end = Math.min(text.length(), at + 1 + random.nextInt(6));
      pieces.add(text.substring(at, end));
      at = end;
    }
    return ScriptedSource.input(pieces.toArray(String[]::new));
  }

  /** At once, byte by byte, and cut in two at every place. */
  private static java.util.List<ClientInput> inPieces(String text) {
    java.util.List<ClientInput> inputs = new java.util.ArrayList<>();
    inputs.add(ScriptedSource.input(text));
    inputs.add(ScriptedSource.dripping(text));
    for (int cut = 1; cut < text.length(); cut++) {
      inputs.add(ScriptedSource.input(text.substring(0, cut), text.substring(cut)));
    }
    return inputs;
  }

  private static Collected read(ClientInput input, BareNewlines bareNewlines) throws IOException {
    Collected collected = new Collected();
    new DataReader(input, bareNewlines, collected).read(new Pace(PAUSE, 0, Deadline.in(PAUSE)));
    return collected;
  }

  private static void assertNextCommand(ClientInput input) throws IOException {
    assertThat(new CommandReader(input, () -> BareNewlines.REJECT).read(100, Deadline.in(PAUSE)))
        .isEqualTo(new CommandReader.Line.Text(Bytes.ofLatin1("NOOP")));
  }

  private static String bytes(String shorthand) {
    return shorthand.replace('r', '\r').replace('n', '\n').replace('0', '\0').replace('-', 'x');
  }

  private static final class Collected implements ContentSink {
    private final ByteArrayOutputStream content = new ByteArrayOutputStream();
    private boolean refused;

    @Override
    public void write(byte[] bytes, int offset, int length) {
      content.write(bytes, offset, length);
    }

    @Override
    public void refuseForBareNewline() {
      refused = true;
    }

    String text() {
      return content.toString(StandardCharsets.ISO_8859_1);
    }
  }
}
