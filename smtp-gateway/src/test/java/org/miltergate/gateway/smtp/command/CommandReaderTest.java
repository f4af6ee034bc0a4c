package org.miltergate.gateway.smtp.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.miltergate.config.BareNewlines;
import org.miltergate.gateway.smtp.command.CommandReader.Line;
import org.miltergate.gateway.smtp.io.ClientInput;
import org.miltergate.gateway.testkit.ScriptedSource;
import org.miltergate.milter.bytes.Bytes;
import org.miltergate.net.Deadline;

class CommandReaderTest {
  private static final Deadline SOON = Deadline.in(Duration.ofSeconds(10));
  private static final int MAX_BYTES = 20;

  @Test
  void readsPipelinedLinesOneByOne() throws IOException {
    CommandReader reader = strict(ScriptedSource.input("NOOP\r\nRSET\r\nQU", "IT\r\n"));

    assertThat(reader.read(MAX_BYTES, SOON)).isEqualTo(text("NOOP"));
    assertThat(reader.hasLine()).isTrue();
    assertThat(reader.read(MAX_BYTES, SOON)).isEqualTo(text("RSET"));
    assertThat(reader.hasLine()).isFalse();
    assertThat(reader.read(MAX_BYTES, SOON)).isEqualTo(text("QUIT"));
    assertThat(reader.read(MAX_BYTES, SOON)).isEqualTo(new Line.End());
  }

  @Test
  void readsALineThatDripsInByteByByte() throws IOException {
    CommandReader reader = strict(ScriptedSource.dripping("NOOP\r\nQUIT\r\n"));

    assertThat(reader.read(MAX_BYTES, SOON)).isEqualTo(text("NOOP"));
    assertThat(reader.read(MAX_BYTES, SOON)).isEqualTo(text("QUIT"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "\u0000", "caf\u00e9", "a\rb", "\r", "A\u0000B", " \t "})
  void keepsEveryByteOfALine(String line) throws IOException {
    assertThat(strict(ScriptedSource.input(line + "\r\n")).read(MAX_BYTES, SOON))
        .isEqualTo(text(line));
  }

  @Test
  void takesALineThatIsJustAsLongAsAllowed() throws IOException {
    String line = "x".repeat(MAX_BYTES - 2);

    assertThat(strict(ScriptedSource.input(line + "\r\n")).read(MAX_BYTES, SOON))
        .isEqualTo(text(line));
  }

  @ParameterizedTest
  @ValueSource(ints = {MAX_BYTES - 1, MAX_BYTES, MAX_BYTES + 1, 100, 8191, 8192, 100_000})
  void throwsAwayALineThatIsTooLong(int length) throws IOException {
    String line = "x".repeat(length);
    CommandReader reader = strict(ScriptedSource.input(line + "\r\nQUIT\r\n"));

    assertThat(reader.read(MAX_BYTES, SOON)).isInstanceOf(Line.TooLong.class);
    assertThat(reader.read(MAX_BYTES, SOON)).isEqualTo(text("QUIT"));
  }

  @Test
  void readsLinesLongerThanItsFirstBuffer() throws IOException {
    String line = "x".repeat(12_286);

    assertThat(strict(ScriptedSource.input(line + "\r\n")).read(12_288, SOON))
        .isEqualTo(text(line));
  }

  @Test
  void givesUpOnALineWithoutEnd() throws IOException {
    CommandReader reader = strict(new ClientInput(CommandReaderTest::endlessX));

    assertThat(reader.read(MAX_BYTES, SOON)).isEqualTo(new Line.Endless());
  }

  private static int endlessX(byte[] into, int offset, int length, Deadline deadline) {
    into[offset] = 'x';
    return length;
  }

  @Test
  void tellsABareLineFeedFromALineEnd() throws IOException {
    CommandReader reader = strict(ScriptedSource.input("NOOP\nQUIT\r\n"));

    assertThat(reader.read(MAX_BYTES, SOON)).isEqualTo(new Line.BareLineFeed());
  }

  @Test
  void takesABareLineFeedAsLineEndIfToldTo() throws IOException {
    CommandReader reader =
        new CommandReader(ScriptedSource.input("NOOP\nQUIT\r\n"), () -> BareNewlines.NORMALIZE);

    assertThat(reader.read(MAX_BYTES, SOON)).isEqualTo(text("NOOP"));
    assertThat(reader.read(MAX_BYTES, SOON)).isEqualTo(text("QUIT"));
  }

  @Test
  void dropsALineThatTheEndOfTheInputCuts() throws IOException {
    assertThat(strict(ScriptedSource.input("QUI")).read(MAX_BYTES, SOON)).isEqualTo(new Line.End());
  }

  private static CommandReader strict(ClientInput input) {
    return new CommandReader(input, () -> BareNewlines.REJECT);
  }

  private static Line text(String latin1) {
    return new Line.Text(Bytes.ofLatin1(latin1));
  }
}
