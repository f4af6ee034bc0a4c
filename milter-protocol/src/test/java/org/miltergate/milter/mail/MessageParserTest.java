package org.miltergate.milter.mail;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.miltergate.milter.body.MemoryBudget;
import org.miltergate.milter.body.MemoryShare;
import org.miltergate.milter.body.MemoryUsedUpException;
import org.miltergate.milter.bytes.Bytes;

@Tag("slow")
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
        "A: 1;A: 1\\r\\n;'';''",
        "A: 1\\r;A: 1\\r\\n;'';''",
        "A: 1\\r\\n fold;A: 1\\r\\n fold\\r\\n;'';''",
        "A: 1\\r\\n\\tfold\\r\\n \\r\\nB:2\\r\\n;A: 1\\r\\n\\tfold\\r\\n \\r\\n|B:2\\r\\n;'';''",
        "A: 1\\r\\n \\t\\r\\n\\r\\nb;A: 1\\r\\n \\t\\r\\n;\\r\\n;b",
        "A:\\r\\n fold\\r\\n\\r\\n;A:\\r\\n fold\\r\\n;\\r\\n;''",
        "A: 1  \\r\\nB: \\t\\r\\nC:\\r\\n\\r\\n;A: 1  \\r\\n|B: \\t\\r\\n|C:\\r\\n;\\r\\n;''",
        "A: 1\\nB: 2\\n\\nbody;A: 1\\n|B: 2\\n;\\n;body",
        "A: 1\\nno field\\n;A: 1\\n;\\n;no field\\n",
        "A: 1\\rB: 2\\r\\n\\r\\n;A: 1 B: 2\\r\\n;\\r\\n;''",
        "A: 1\\r\\r\\n\\r\\n;A: 1\\r\\n;\\r\\n;''",
        "A: 1\\r\\n\\rx: 2\\r\\n\\r\\n;A: 1\\r\\n x: 2\\r\\n;\\r\\n;''",
        "A: 1\\r\\n\\r\\r\\nb;A: 1\\r\\n;\\r\\n;b",
        "A\\r: 1\\r\\n\\r\\nb;A: 1\\r\\n;\\r\\n;b",
        "A\\rb: 1\\r\\n\\r\\nb;'';\\r\\n;A\\rb: 1\\r\\n\\r\\nb",
        "A : 1\\r\\n\\r\\n;A: 1\\r\\n;\\r\\n;''",
        "A\\t: 1\\r\\n\\r\\n;A: 1\\r\\n;\\r\\n;''",
        "A \\t  :1\\r\\n \\t: x\\r\\n\\r\\n;A:1\\r\\n \\t: x\\r\\n;\\r\\n;''",
        "A\\r\\n : 1\\r\\n\\r\\nb;'';\\r\\n;A\\r\\n : 1\\r\\n\\r\\nb",
        "A: 1\\r\\nno colon\\r\\nB: 2\\r\\n;A: 1\\r\\n;\\r\\n;no colon\\r\\nB: 2\\r\\n",
        "A: 1\\r\\nword\\r\\n\\r\\nb;A: 1\\r\\n;\\r\\n;word\\r\\n\\r\\nb",
        "A: 1\\r\\ntwo words: x\\r\\n;A: 1\\r\\n;\\r\\n;two words: x\\r\\n",
        "A: 1\\r\\n: no name\\r\\n;A: 1\\r\\n;\\r\\n;: no name\\r\\n",
        "A: 1\\r\\n:\\r\\nB: 2\\r\\n;A: 1\\r\\n;\\r\\n;:\\r\\nB: 2\\r\\n",
        "A: 1\\r\\n\\xe4: x\\r\\n;A: 1\\r\\n;\\r\\n;\\xe4: x\\r\\n",
        "A: 1\\r\\nB\\xe4: x\\r\\n;A: 1\\r\\n;\\r\\n;B\\xe4: x\\r\\n",
        "A: 1\\r\\nB\\1: x\\r\\n;A: 1\\r\\n;\\r\\n;B\\1: x\\r\\n",
        "A: 1\\r\\nB\\177: x\\r\\n;A: 1\\r\\n;\\r\\n;B\\177: x\\r\\n",
        "A: 1\\r\\n\\13 fold: x\\r\\n;A: 1\\r\\n;\\r\\n;\\13 fold: x\\r\\n",
        "A: 1\\r\\nB;A: 1\\r\\n;\\r\\n;B",
        "A: \\xe4\\1\\r\\n\\r\\n;A: \\xe4\\1\\r\\n;\\r\\n;''",
        "no header\\r\\nbody\\r\\n;'';\\r\\n;no header\\r\\nbody\\r\\n",
        " fold\\r\\nA: 1\\r\\n;'';\\r\\n;' fold\\r\\nA: 1\\r\\n'",
        " A: 1\\r\\n\\r\\n;'';\\r\\n;' A: 1\\r\\n\\r\\n'",
        "  \\r\\nA: 1\\r\\n;'';\\r\\n;'  \\r\\nA: 1\\r\\n'",
        "\\tfold;'';\\r\\n;\\tfold",
        "A: 1\\r\\n\\r\\n b;A: 1\\r\\n;\\r\\n;' b'",
        "From a b\\r\\nA: 1\\r\\n\\r\\n;X-Mailbox-Line: From a b\\r\\n|A: 1\\r\\n;\\r\\n;''",
        "From a b\\r\\n"
            + " fold\\r\\nA: 1\\r\\n;X-Mailbox-Line: From a b\\r\\n;\\r\\n;' fold\\r\\nA: 1\\r\\n'",
        "From a b\\r\\nhello\\r\\n;X-Mailbox-Line: From a b\\r\\n;\\r\\n;hello\\r\\n",
        "From a b\\r\\n\\r\\nhello;X-Mailbox-Line: From a b\\r\\n;\\r\\n;hello",
        "From a b;X-Mailbox-Line: From a b\\r\\n;'';''",
        ">From a:b\\r\\nFrom c\\0d\\r\\nA: 1\\r\\n;X-Mailbox-Line: >From a:b\\r\\n|X-Mailbox-Line:"
            + " From c\\r\\n|A: 1\\r\\n;'';''",
        "From : a\\r\\nFrom b\\r\\n;From: a\\r\\n;\\r\\n;From b\\r\\n",
        "A: 1\\r\\nFrom a b\\r\\n;A: 1\\r\\n;\\r\\n;From a b\\r\\n",
        "A: \\0\\r\\n\\0\\r\\n;A: \\r\\n;\\r\\n;\\0\\r\\n",
        "A: 1\\0 2\\r\\nB:\\0 3\\r\\n\\r\\n\\0;A: 1\\r\\n|B:\\r\\n;\\r\\n;\\0",
        "A: 1\\0u\\r\\n"
            + " v\\0w\\r\\n"
            + " x\\r\\n"
            + " \\0\\r\\n\\r\\n;A: 1\\r\\n"
            + " v\\r\\n"
            + " x\\r\\n"
            + " \\r\\n;\\r\\n;''",
        "A: 1\\r\\0\\r\\n\\r\\n;A: 1 \\r\\n;\\r\\n;''",
        "A\\0: 1\\r\\nB: 2\\r\\n;'';\\r\\n;A\\0: 1\\r\\nB: 2\\r\\n",
        "A: 1\\r\\n\\0B: 2\\r\\n;A: 1\\r\\n;\\r\\n;\\0B: 2\\r\\n",
        "A: 1\\r\\nB\\0b: 2\\r\\n;A: 1\\r\\n;\\r\\n;B\\0b: 2\\r\\n",
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

  /** Nothing is repaired twice: what is written is read as it was. */
  @Test
  void whatIsWrittenIsInNormalFormForEveryInput() throws Exception {
    MessageGenerator generator = new MessageGenerator(20240607);
    for (int i = 0; i < GENERATED; i++) {
      Bytes came = generator.message();
      MessageContent content = Messages.parse(came, generator.cuts(came.length()));
      MailMessage message = MailMessage.of(Messages.ENVELOPE, content);

      Bytes written = Messages.written(message, Bytes.EMPTY);
      MessageContent again = Messages.parse(written, List.of());

      assertThat(again.header()).as("%s", came).isEqualTo(content.header());
      assertThat(again.separator()).isEqualTo(message.separator());
      assertThat(Messages.bytesOf(again)).as("%s", came).isEqualTo(written);
      assertThat(message.length()).isEqualTo((long) written.length());
    }
  }

  @Test
  void bytesOfAnOrdinaryMessageStayAsTheyCame() throws Exception {
    MessageGenerator generator = new MessageGenerator(31);
    for (int i = 0; i < GENERATED / 4; i++) {
      Bytes message = generator.ordinaryMessage();

      MessageContent content = Messages.parse(message, generator.cuts(message.length()));

      assertThat(Messages.bytesOf(content)).isEqualTo(message);
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

      NaiveReader read = NaiveReader.read(Messages.written(message, Messages.RECEIVED));

      List<String> shown =
          new ArrayList<>(message.visibleFields().stream().map(Messages::toldToMilter).toList());
      shown.add(message.aboveReceived().fields().size(), "Received|own");
      assertThat(read.fields()).as("%s", bytes).isEqualTo(shown);
      assertThat(read.body()).as("%s", bytes).isEqualTo(Messages.bytesOf(message.body()));
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
      assertThat(Messages.bytesOf(content.body())).isEqualTo(Bytes.copyOf(message));
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

  /** Columns: length of the value with its blank, folds of 100 bytes, whether it is too long. */
  @ParameterizedTest(name = "{0} bytes, folded {1}: {2}")
  @CsvSource({
    "65531, false, false",
    "65532, false, true",
    "65531, true, false",
    "65532, true, true",
    "200000, true, true",
  })
  void refusesAFieldThatFitsInNoPacket(int length, boolean folded, boolean refused)
      throws Exception {
    // X: and the value, NUL after each: 65535 bytes are the most that every milter takes.
    StringBuilder value = new StringBuilder(" ".repeat(length));
    for (int i = 100; folded && i < length - 2; i += 100) {
      value.setCharAt(i, '\n');
    }
    String field = "XX:" + value.toString().replace("\n", "\r\n") + "\r\n";
    byte[] message = Bytes.ofLatin1("A: 1\r\n" + field + "B: 2\r\n\r\n").toArray();

    try (MessageParser parser = new MessageParser(Messages.IN_MEMORY, 1 << 20)) {
      if (refused) {
        assertThatThrownBy(() -> feed(parser, message, 10_000))
            .isInstanceOf(HeaderTooLargeException.class)
            .hasMessageContaining("65535");
      } else {
        feed(parser, message, 10_000);
        assertThat(Messages.bytesOf(parser.finish())).isEqualTo(Bytes.copyOf(message));
      }
    }
  }

  @Test
  void refusesMoreFieldsThanAllowed() throws Exception {
    for (String end : List.of("\r\n", "")) {
      byte[] three = Bytes.ofLatin1("A:\r\n b\r\nB:\r\nC:\r\n" + end).toArray();
      byte[] four = Bytes.ofLatin1("A:\r\nB:\r\nC:\r\nD:\r\n" + end).toArray();
      try (MessageParser enough = limited(3);
          MessageParser tooFew = limited(3)) {
        feed(enough, three, 1);

        assertThat(enough.finish().header().fields()).hasSize(3);
        assertThatThrownBy(() -> feed(tooFew, four, 1))
            .isInstanceOf(HeaderTooLargeException.class)
            .hasMessageContaining("3 fields");
      }
    }
  }

  private static MessageParser limited(int fields) {
    return MessageParser.builder(Messages.IN_MEMORY).maxFields(fields).build();
  }

  /** Columns: message and what is left of it, in Java's escapes; Bcc and X-D are dropped. */
  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = ';',
      ignoreLeadingAndTrailingWhitespace = false,
      value = {
        "A: 1\\r\\nBcc: b\\r\\nC: 1\\r\\n\\r\\nb;A: 1\\r\\nC: 1\\r\\n\\r\\nb",
        "bCC : b\\r\\n c\\r\\n\\td\\r\\nC: 1\\r\\n\\r\\nb;C: 1\\r\\n\\r\\nb",
        "Bcc: b\\r\\n\\r\\nb;\\r\\nb",
        "Bcc: b\\r\\n;''",
        "Bcc: b;''",
        "A: 1\\r\\nBcc: b\\r\\nno field\\r\\n;A: 1\\r\\n\\r\\nno field\\r\\n",
        "A: 1\\r\\nX-D: b\\r\\nBcc:\\r\\n\\r\\nBcc: body\\r\\n;A: 1\\r\\n\\r\\nBcc: body\\r\\n",
        "Bccc: b\\r\\nBc: c\\r\\n\\r\\n;Bccc: b\\r\\nBc: c\\r\\n\\r\\n",
        "Bcc: b\\r\\nFrom a b\\r\\n;\\r\\nFrom a b\\r\\n",
      })
  void leavesOutTheFieldsThatAreToBeDropped(String message, String left) throws Exception {
    byte[] bytes = unescaped(message).toArray();
    for (int step = 1; step <= bytes.length; step++) {
      try (MessageParser parser =
          MessageParser.builder(Messages.IN_MEMORY)
              .drop(List.of(Bytes.ofLatin1("bcc"), Bytes.ofLatin1("X-D")))
              .build()) {
        feed(parser, bytes, step);

        assertThat(Messages.bytesOf(parser.finish())).isEqualTo(unescaped(left));
      }
    }
  }

  @Test
  void droppedFieldsDoNotCountAgainstTheLimits() throws Exception {
    byte[] message = Bytes.ofLatin1("Bcc: 12345\r\n".repeat(1000) + "A: 1\r\n\r\n").toArray();
    try (MessageParser parser =
        MessageParser.builder(Messages.IN_MEMORY)
            .maxHeaderBytes(30)
            .maxFields(1)
            .drop(List.of(Bytes.ofLatin1("Bcc")))
            .build()) {
      feed(parser, message, 7);

      assertThat(Messages.bytesOf(parser.finish())).isEqualTo(Bytes.ofLatin1("A: 1\r\n\r\n"));
    }
  }

  @Test
  void takesMemoryForTheHeaderAndGivesTheRestBack() throws Exception {
    MemoryBudget budget = MemoryBudget.ofBytes(100_000);
    String header = "A: 1\r\n".repeat(5000);
    MemoryShare share = budget.share(0);
    try (MessageParser parser = MessageParser.builder(Messages.IN_MEMORY).memory(share).build()) {
      feed(parser, Bytes.ofLatin1(header + "\r\nbody").toArray(), 1000);
      parser.finish();
    }

    assertThat(budget.usedBytes()).isEqualTo(header.length() + 5000 * 8 + "body".length());
    share.close();
    assertThat(budget.usedBytes()).isZero();
  }

  @Test
  void stopsWhenThereIsNoMemoryForTheHeader() throws Exception {
    MemoryShare share = MemoryBudget.ofBytes(100_000).share(0);
    byte[] message = Bytes.ofLatin1("A: 1\r\n".repeat(50_000)).toArray();
    try (MessageParser parser = MessageParser.builder(Messages.IN_MEMORY).memory(share).build()) {
      assertThatThrownBy(() -> feed(parser, message, 1000))
          .isInstanceOf(MemoryUsedUpException.class);
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
