package org.miltergate.milter.filter.header;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.miltergate.milter.bytes.Bytes;
import org.miltergate.milter.wire.PacketText;
import org.miltergate.milter.wire.Reply.Modification;

class HeaderPlanTest {
  private static final String[] NAMES = {"A", "B", "b", "C", "Received", "Subject"};

  /** A letter and a number for each field: A1 is the field {@code A: 1}, and A alone is empty. */
  private static List<RawField> fields(String text) {
    return Arrays.stream(text.split(" "))
        .filter(word -> !word.isEmpty())
        .map(word -> field(word.substring(0, 1), word.substring(1)))
        .toList();
  }

  private static RawField field(String name, String value) {
    return new RawField(Bytes.ofLatin1(name), Bytes.ofLatin1(" " + value));
  }

  /** {@code +A1} adds, {@code 0A1} inserts at 0, {@code A#1=2} changes, {@code A#1-} deletes. */
  private static String packets(String before, String after, HeaderNumbering numbering) {
    return HeaderPlan.of(fields(before), fields(after), numbering).stream()
        .map(PacketText::write)
        .map(line ->
            line.replace("INSHEADER 2147483647 ", "END ")
                .replaceAll("^ADDHEADER (.)\\| ?", "+$1")
                .replaceAll("^(?:INSHEADER )?(END|\\d+) (.)\\| ?", "$1:$2")
                .replaceAll("^CHGHEADER (\\d+) (.)\\|$", "$2#$1-")
                .replaceAll("^CHGHEADER (\\d+) (.)\\| ?", "$2#$1=")
                .replace("\\x20", ""))
        .collect(Collectors.joining(" "));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        // header      | wanted         | for any MTA           | for Postfix
        "A1 B1         | A1 B1          | \"\"                  | \"\"",
        "A1 B1         | A1 B2          | B#1=2                 | B#1=2",
        "A1 A2 A3      | A1 A9 A3       | A#2=9                 | A#2=9",
        "A1 A2 A3      | A2             | A#3- A#1-             | A#3- A#1-",
        "A1 A2 B1      | A2 B2          | B#1=2 A#1-            | B#1=2 A#1-",
        "A1 B1         | X1 A1 B1       | 0:X1                  | 0:X1",
        "A1            | X1 Y1 A1       | 0:Y1 0:X1             | 0:X1 1:Y1",
        "A1 B1         | A1 B1 X1       | +X1                   | +X1",
        "A1 B1         | A1 B1 A2       | END:A2                | +A2",
        "A1 B1         | A1 B1 a2       | END:a2                | +a2",
        "A1            | A1 X1 X2       | +X1 END:X2            | +X1 +X2",
        "A1 B1         | A1 X1 B1       | B#1- +X1 END:B1       | 2:X1",
        "A1 B1 C1      | A1 X1 B1 C1    | A#1- 1:X1 1:A1        | 2:X1",
        "A1 B1 C1      | N1 A1 X1 B1 C1 | A#1- 1:X1 1:A1 0:N1   | 0:N1 3:X1",
        "A1 B1 C1      | A1 B1 X1 C1    | C#1- +X1 END:C1       | 3:X1",
        "A1 B1         | B1 A1          | A#1- END:A1           | A#1- +A1",
        "A1 B1 C1      | C1 A1 B1       | C#1- 0:C1             | C#1- 0:C1",
        "A1 B1         | X1 B1          | A#1- 0:X1             | A#1- 0:X1",
        "A1 B1         | a1 B1          | A#1- 0:a1             | A#1- 0:a1",
        "A1 B1         | A B1           | A#1- 0:A              | A#1- 0:A",
        "A1 B1         | \"\"           | B#1- A#1-             | B#1- A#1-",
        "\"\"          | A1 B1          | +A1 +B1               | +A1 +B1",
      })
  void takesTheFewestPackets(String before, String after, String any, String postfix) {
    assertThat(packets(before, after, HeaderNumbering.ANY_MTA)).isEqualTo(any);
    assertThat(packets(before, after, HeaderNumbering.POSTFIX)).isEqualTo(postfix);
  }

  @Test
  void leavesAFieldThatSendmailAddsItselfToTheMta() {
    List<RawField> before = List.of(field("To", "x"));
    List<RawField> after = List.of(field("Date", "today"), field("To", "x"));

    List<Modification> packets = HeaderPlan.of(before, after, HeaderNumbering.ANY_MTA);

    assertThat(packets).extracting(PacketText::write).containsExactly("ADDHEADER Date| today");
  }

  @RepeatedTest(10)
  void givesTheSameHeaderOnPostfixAndOnSendmail() {
    Random seeds = new Random();
    for (int round = 0; round < 300; round++) {
      long seed = seeds.nextLong();
      Random random = new Random(seed);
      int above = random.nextInt(2);
      List<RawField> before = randomFields(random, above + random.nextInt(8));
      List<RawField> after = randomlyEdited(before, random);
      String story = "seed " + seed + ", " + above + " above: " + before + " -> " + after;

      List<Modification> any = HeaderPlan.of(before, after, HeaderNumbering.ANY_MTA);
      List<Modification> postfix = HeaderPlan.of(before, after, HeaderNumbering.POSTFIX);

      assertThat(shown(new MtaModel.Postfix(before, above), any)).as(story).isEqualTo(after);
      assertThat(shown(new MtaModel.Sendmail(before, above), any)).as(story).isEqualTo(after);
      assertThat(shown(new MtaModel.Postfix(before, above), postfix)).as(story).isEqualTo(after);
      assertThat(postfix).as(story).hasSizeLessThanOrEqualTo(any.size());
      assertThat(any).as(story).hasSizeLessThanOrEqualTo(before.size() + after.size());
    }
  }

  @Test
  void keepsTheMtasOwnReceivedAboveTheFieldsThatCame() {
    List<RawField> before = fields("A1 B1 C1 D1");
    for (int place = 1; place <= before.size(); place++) {
      List<RawField> after = new ArrayList<>(before);
      after.add(place, field("X", "1"));
      for (HeaderNumbering numbering : HeaderNumbering.values()) {
        MtaModel postfix = new MtaModel.Postfix(before, 0);
        MtaModel sendmail = new MtaModel.Sendmail(before, 0);

        postfix.apply(HeaderPlan.of(before, after, numbering));
        sendmail.apply(HeaderPlan.of(before, after, HeaderNumbering.ANY_MTA));

        assertThat(postfix.delivered().getFirst()).isEqualTo(MtaModel.OWN_RECEIVED);
        assertThat(sendmail.delivered().getFirst()).isEqualTo(MtaModel.OWN_RECEIVED);
      }
    }
  }

  @Test
  void comparesHugeHeadersAtTheirEnds() {
    List<RawField> before =
        IntStream.range(0, 3000).mapToObj(i -> field("X-" + i, "v" + i)).toList();
    List<RawField> changed = new ArrayList<>(before);
    changed.set(2999, field("X-2999", "new"));
    List<RawField> inserted = new ArrayList<>(before);
    inserted.add(1000, field("New", "1"));

    for (List<RawField> after : List.of(changed, inserted)) {
      for (HeaderNumbering numbering : HeaderNumbering.values()) {
        List<Modification> packets = HeaderPlan.of(before, after, numbering);

        assertThat(shown(new MtaModel.Postfix(before, 0), packets)).isEqualTo(after);
      }
    }
    assertThat(HeaderPlan.of(before, inserted, HeaderNumbering.POSTFIX)).hasSize(1);
  }

  private static List<RawField> shown(MtaModel mta, List<Modification> packets) {
    mta.apply(packets);
    return mta.shown();
  }

  private static List<RawField> randomFields(Random random, int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> field(any(random), Integer.toString(random.nextInt(4))))
        .toList();
  }

  private static String any(Random random) {
    return NAMES[random.nextInt(NAMES.length)];
  }

  private static List<RawField> randomlyEdited(List<RawField> before, Random random) {
    MessageHeader header = MessageHeader.of(before);
    for (int edits = random.nextInt(5); edits > 0; edits--) {
      String name = any(random);
      String text = Integer.toString(random.nextInt(9));
      List<MessageField> fields = header.fields();
      if (fields.isEmpty()) {
        header.add(name, text);
        continue;
      }
      MessageField place = fields.get(random.nextInt(fields.size()));
      switch (random.nextInt(10)) {
        case 0 -> header.add(name, text);
        case 1 -> header.addFirst(name, text);
        case 2 -> header.insertBefore(place, name, text);
        case 3 -> header.insertAfter(place, name, text);
        case 4 -> header.set(name, text);
        case 5 -> header.remove(place);
        case 6 -> place.setText(random.nextInt(4) == 0 ? "" : text);
        case 7 -> place.rename(name);
        case 8 -> header.moveToTop(place);
        default -> {
          MessageField other = fields.get(random.nextInt(fields.size()));
          header.moveBefore(/* field= */ place, /* place= */ other);
        }
      }
    }
    return header.raw();
  }
}
