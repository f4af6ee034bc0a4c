package org.miltergate.milter.mail;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.miltergate.milter.bytes.Bytes;

class MessageParserTest {
  private static final int GENERATED = 40_000;

  /** Columns: message, fields divided by |, separator, body; in Java's escapes. */
  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = ';',
      ignoreLeadingAndTrailingWhitespace = false,
      value = {
        "'';'';'';''",
        "\\r\\n;'';\\r\\n;''",
        "\\n;'';\\n;''",
        "\\r\\nbody;'';\\r\\n;body",
        "\\r\\n\\r\\n;'';\\r\\n;\\r\\n",
        "A: 1\\r\\n\\r\\nbody\\r\\n;A: 1\\r\\n;\\r\\n;body\\r\\n",
        "A: 1\\r\\nB: 2\\r\\n\\r\\n;A: 1\\r\\n|B: 2\\r\\n;\\r\\n;''",
        "A: 1\\r\\n;A: 1\\r\\n;'';''",
        "A: 1;A: 1;'';''",
        "A: 1\\r;A: 1\\r;'';''",
        "A: 1\\r\\n fold;A: 1\\r\\n fold;'';''",
        "A: 1\\r\\n\\tfold\\r\\n \\r\\nB:2\\r\\n;A: 1\\r\\n\\tfold\\r\\n \\r\\n|B:2\\r\\n;'';''",
        "A: 1\\nB: 2\\n\\nbody;A: 1\\n|B: 2\\n;\\n;body",
        "A: 1\\rB: 2\\r\\n\\r\\n;A: 1\\rB: 2\\r\\n;\\r\\n;''",
        "A: 1\\r\\n\\r\\r\\nb;A: 1\\r\\n;'';\\r\\r\\nb",
        "A : 1\\r\\n\\r\\n;A : 1\\r\\n;\\r\\n;''",
        "A: 1\\r\\nno colon\\r\\nB: 2\\r\\n;A: 1\\r\\n;'';no colon\\r\\nB: 2\\r\\n",
        "A: 1\\r\\ntwo words: x\\r\\n;A: 1\\r\\n;'';two words: x\\r\\n",
        "A: 1\\r\\n: no name\\r\\n;A: 1\\r\\n;'';: no name\\r\\n",
        "A: 1\\r\\n\\xe4: x\\r\\n;A: 1\\r\\n;'';\\xe4: x\\r\\n",
        "A: 1\\r\\nB;A: 1\\r\\n;'';B",
        " fold\\r\\nA: 1\\r\\n;'';'';' fold\\r\\nA: 1\\r\\n'",
        "\\tfold;'';'';\\tfold",
        "From a b\\r\\nA: 1\\r\\n\\r\\n;From a b\\r\\n|A: 1\\r\\n;\\r\\n;''",
        "From a b\\r\\n fold\\r\\nA: 1\\r\\n;From a b\\r\\n fold\\r\\n|A: 1\\r\\n;'';''",
        ">From a:b\\r\\nFrom c\\r\\nA: 1\\r\\n;>From a:b\\r\\n|From c\\r\\n|A: 1\\r\\n;'';''",
        "From : a\\r\\nFrom b\\r\\n;From : a\\r\\n;'';From b\\r\\n",
        "A: 1\\r\\nFrom a b\\r\\n;A: 1\\r\\n;'';From a b\\r\\n",
        "A: \\0\\r\\n\\0\\r\\n;A: \\0\\r\\n;'';\\0\\r\\n",
      })
  void takesTheMessageApart(String message, String fields, String separator, String body)
      throws Exception {
    Bytes bytes = unescaped(message);

    for (List<Integer> cuts : List.of(List.<Integer>of(), everyByte(bytes))) {
      MessageContent content = Messages.parse(bytes, cuts);

      List<Bytes> raw = content.header().fields().stream().map(HeaderField::raw).toList();
      assertThat(raw).isEqualTo(unescapedList(fields));
      assertThat(content.separator()).isEqualTo(unescaped(separator));
      assertThat(Messages.bytesOf(content.body())).isEqualTo(unescaped(body));
    }
  }

  private static List<Integer> everyByte(Bytes bytes) {
    return IntStream.range(0, bytes.length()).boxed().toList();
  }

  private static Bytes unescaped(String text) {
    return Bytes.ofLatin1(text.replace("\\xe4", "\\344").translateEscapes());
  }

  private static List<Bytes> unescapedList(String text) {
    List<Bytes> list = new ArrayList<>();
    for (String one : text.split("\\|")) {
      if (!one.isEmpty()) {
        list.add(unescaped(one));
      }
    }
    return list;
  }

  @Test
  void partsInARowAreTheBytesThatCameForEveryInput() throws Exception {
    MessageGenerator generator = new MessageGenerator(20240607);
    for (int i = 0; i < GENERATED; i++) {
      Bytes message = generator.message();

      MessageContent content = Messages.parse(message, generator.cuts(message.length()));

      assertThat(Messages.bytesOf(content)).isEqualTo(message);
      MailMessage whole = MailMessage.of(Messages.ENVELOPE, content);
      assertThat(Messages.written(whole, Bytes.EMPTY)).isEqualTo(message);
      assertThat(whole.length()).isEqualTo((long) message.length());
    }
  }

  @Test
  void cutsDoNotMatter() throws Exception {
    MessageGenerator generator = new MessageGenerator(4711);
    for (int i = 0; i < GENERATED / 4; i++) {
      Bytes message = generator.message();

      MessageContent whole = Messages.parse(message, List.of());
      MessageContent cut = Messages.parse(message, generator.cuts(message.length()));

      assertThat(cut.header()).isEqualTo(whole.header());
      assertThat(cut.separator()).isEqualTo(whole.separator());
    }
  }

  /** Or a milter could be shown another message than the recipient gets. */
  @Test
  void nextHopReadsTheFieldsThatMiltersWereShown() throws Exception {
    MessageGenerator generator = new MessageGenerator(815);
    for (int i = 0; i < GENERATED; i++) {
      Bytes bytes = generator.message();
      MailMessage message =
          MailMessage.of(Messages.ENVELOPE, Messages.parse(bytes, List.of()))
              .with(generator.edits());

      Bytes written = Messages.written(message, Messages.RECEIVED);
      MessageContent read = Messages.parse(written, List.of());

      List<String> shown =
          new ArrayList<>(message.visibleFields().stream().map(Messages::toldToMilter).toList());
      shown.add(message.aboveReceived().fields().size(), "Received|own");
      assertThat(read.header().fields().stream().map(Messages::toldToMilter).toList())
          .as("%s", bytes)
          .isEqualTo(shown);
      assertThat(Messages.bytesOf(read.body())).isEqualTo(Messages.bytesOf(message.body()));
    }
  }

  @ParameterizedTest(name = "limit {0}: {1}")
  @CsvSource({
    "8, true",
    "11, true",
    "12, false",
    "13, false",
  })
  void refusesAHeaderBlockAboveTheLimit(int limit, boolean refused) throws Exception {
    byte[] message = Bytes.ofLatin1("A: 1\r\nB: 2\r\n\r\n" + "x".repeat(100)).toArray();
    for (int step = 1; step <= message.length; step++) {
      try (MessageParser parser = new MessageParser(Messages.IN_MEMORY, limit)) {
        if (refused) {
          int pieces = step;
          assertThatThrownBy(() -> feed(parser, message, pieces))
              .isInstanceOf(HeaderTooLargeException.class)
              .hasMessageContaining("limit of " + limit + " bytes");
        } else {
          feed(parser, message, step);
          assertThat(Messages.bytesOf(parser.finish())).isEqualTo(Bytes.copyOf(message));
        }
      }
    }
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({"no header but a long line", "' white space'", "A B: c", "'12345678901 '"})
  void doesNotCountALineOfTheBodyAsHeader(String begin) throws Exception {
    byte[] message = Bytes.ofLatin1(begin + "x".repeat(1000)).toArray();
    try (MessageParser parser = new MessageParser(Messages.IN_MEMORY, 12)) {
      feed(parser, message, 7);

      MessageContent content = parser.finish();

      assertThat(content.header().isEmpty()).isTrue();
      assertThat(Messages.bytesOf(content)).isEqualTo(Bytes.copyOf(message));
    }
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({"'A: '", "A", "'From '", "'A: 1\n '"})
  void refusesALineWithoutEndThatBelongsToTheHeader(String begin) throws Exception {
    byte[] message = Bytes.ofLatin1(begin + "x".repeat(1000)).toArray();
    try (MessageParser parser = new MessageParser(Messages.IN_MEMORY, 12)) {
      assertThatThrownBy(() -> feed(parser, message, 7))
          .isInstanceOf(HeaderTooLargeException.class);
    }
  }

  private static void feed(MessageParser parser, byte[] message, int step) throws Exception {
    for (int at = 0; at < message.length; at += step) {
      parser.append(message, at, Math.min(step, message.length - at));
    }
  }

  @Test
  void cannotBeUsedTwice() throws Exception {
    MessageParser parser = new MessageParser(Messages.IN_MEMORY, 100);
    parser.append(new byte[] {'\n', 'x'}, 0, 2);
    parser.finish();

    assertThatThrownBy(parser::finish).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> parser.append(new byte[1], 0, 1))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void bodyOutlivesTheParser() throws Exception {
    MessageContent content = Messages.parse("A: 1\r\n\r\nbody");

    assertThat(content.body().chunk(0, 10)).isEqualTo(Bytes.ofLatin1("body"));
  }
}
