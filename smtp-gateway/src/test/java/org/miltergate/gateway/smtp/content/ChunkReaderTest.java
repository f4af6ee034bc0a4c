package org.miltergate.gateway.smtp.content;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.miltergate.config.BareNewlines;
import org.miltergate.gateway.smtp.command.CommandReader;
import org.miltergate.gateway.smtp.io.ClientInput;
import org.miltergate.gateway.smtp.io.Pace;
import org.miltergate.gateway.testkit.ScriptedSource;
import org.miltergate.net.Deadline;

/** What comes in chunks is what comes by DATA, wherever the chunks and the packets are cut. */
class ChunkReaderTest {
  private static final Duration PAUSE = Duration.ofSeconds(10);
  private static final String[] WORDS = {
    "\r\n", "\r\n", "\r\n", ".", "..", "x", "\u00ff", "\0", "\r", "\n", "MAIL FROM:<e@e.test>"
  };

  @Test
  void givesWhatDataGives() throws IOException {
    Random random = new Random(20261121);
    for (int round = 0; round < 5_000; round++) {
      String content = content(random);
      // With ACCEPT a dot after LF means something by DATA alone.
      for (BareNewlines setting : List.of(BareNewlines.REJECT, BareNewlines.NORMALIZE)) {
        Kept byData = byData(content, setting, random);
        Kept inChunks = inChunks(content, setting, random);

        assertThat(inChunks.refused).as(content).isEqualTo(byData.refused);
        if (!byData.refused) {
          assertThat(inChunks.text()).as(content).isEqualTo(byData.text());
        }
      }
    }
  }

  @Test
  void aLastLineWithoutAnEndGetsOne() throws IOException {
    assertThat(inChunks("x", BareNewlines.REJECT, new Random(1)).text()).isEqualTo("x\r\n");
    assertThat(inChunks("", BareNewlines.REJECT, new Random(1)).text()).isEmpty();
    assertThat(inChunks("x\r", BareNewlines.REJECT, new Random(1)).refused).isTrue();
  }

  @Test
  void takesAHugeChunkWithASmallBuffer() throws IOException {
    long bytes = 300_000_000;
    long[] seen = {0};
    ClientInput input =
        new ClientInput((into, offset, length, deadline) -> {
          java.util.Arrays.fill(into, offset, offset + length, (byte) 'x');
          return length;
        });
    ContentSink count =
        new ContentSink() {
          @Override
          public void write(byte[] data, int offset, int length) {
            seen[0] += length;
          }

          @Override
          public void refuseForBareNewline() {
            throw new AssertionError();
          }
        };

    new ChunkReader(input, BareNewlines.REJECT, count)
        .read(bytes, new Pace(PAUSE, 0, Deadline.in(PAUSE)));

    assertThat(seen[0]).isEqualTo(bytes);
    assertThat(input.array().length).isLessThanOrEqualTo(ClientInput.MAX_BUFFER_BYTES);
  }

  /** Ends with CRLF, as a message by DATA must. */
  private static String content(Random random) {
    StringBuilder text = new StringBuilder();
    int words = random.nextInt(12);
    boolean odd = random.nextBoolean();
    for (int i = 0; i < words; i++) {
      String word = WORDS[random.nextInt(WORDS.length)];
      boolean bare = word.equals("\r") || word.equals("\n");
      text.append(bare && !odd ? "y" : word);
    }
    return text.isEmpty() ? "" : text + "z\r\n";
  }

  private static Kept byData(String content, BareNewlines setting, Random random)
      throws IOException {
    Kept kept = new Kept();
    String stuffed = content.replaceAll("(?<=^|\r\n)\\.", "..");
    ClientInput input = packets(stuffed + ".\r\nNOOP\r\n", random);
    new DataReader(input, setting, kept).read(new Pace(PAUSE, 0, Deadline.in(PAUSE)));
    assertRest(input);
    return kept;
  }

  private static Kept inChunks(String content, BareNewlines setting, Random random)
      throws IOException {
    Kept kept = new Kept();
    ClientInput input = packets(content + "NOOP\r\n", random);
    ChunkReader reader = new ChunkReader(input, setting, kept);
    int left = content.length();
    while (left > 0) {
      int chunk = random.nextInt(4) == 0 ? left : random.nextInt(left + 1);
      reader.read(chunk, new Pace(PAUSE, 0, Deadline.in(PAUSE)));
      left -= chunk;
    }
    reader.finish();
    assertRest(input);
    return kept;
  }

  private static void assertRest(ClientInput input) throws IOException {
    CommandReader commands = new CommandReader(input, () -> BareNewlines.REJECT);
    assertThat(commands.read(512, Deadline.in(PAUSE)))
        .isEqualTo(new CommandReader.Line.Text(org.miltergate.milter.bytes.Bytes.ofLatin1("NOOP")));
  }

  private static ClientInput packets(String text, Random random) {
    List<String> pieces = new ArrayList<>();
    int at = 0;
    while (at < text.length()) {
      int end = Math.min(text.length(), at + 1 + random.nextInt(random.nextBoolean() ? 2 : 40));
      pieces.add(text.substring(at, end));
      at = end;
    }
    return ScriptedSource.input(pieces.toArray(String[]::new));
  }

  private static final class Kept implements ContentSink {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private boolean refused;

    @Override
    public void write(byte[] data, int offset, int length) {
      bytes.write(data, offset, length);
    }

    @Override
    public void refuseForBareNewline() {
      refused = true;
    }

    String text() {
      return bytes.toString(StandardCharsets.ISO_8859_1);
    }
  }
}
