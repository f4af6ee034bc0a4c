package org.miltergate.milter.mail;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.miltergate.milter.bytes.Bytes;

/** Holds {@link MailMessage#apply} to the table in {@code mail/edits.txt}. */
class EditTableTest {

  static Stream<EditCase> cases() throws IOException {
    return EditCase.readAll("/mail/edits.txt").stream();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("cases")
  void editsMakeTheMessageOfTheTable(EditCase row) throws Exception {
    MailMessage before =
        MailMessage.of(row.envelopeBefore(), Messages.parse(row.messageBefore(), List.of()));

    Applied applied = before.apply(row.edits());

    MailMessage after = applied.message();
    assertThat(Messages.written(after, Messages.RECEIVED)).isEqualTo(row.messageAfter());
    row.envelopeAfter().ifPresent(wanted -> assertThat(after.envelope()).isEqualTo(wanted));
    assertThat(applied.ignored()).hasSameSizeAs(row.ignored());
    for (int i = 0; i < row.ignored().size(); i++) {
      assertThat(applied.ignored().get(i)).contains(row.ignored().get(i));
    }
  }

  /** A milter's edits in two lists, as from two milters, come to the same. */
  @ParameterizedTest(name = "{0}")
  @MethodSource("cases")
  void editsOneByOneMakeTheSameMessage(EditCase row) throws Exception {
    MailMessage message =
        MailMessage.of(row.envelopeBefore(), Messages.parse(row.messageBefore(), List.of()));

    for (Edit edit : row.edits()) {
      message = message.with(List.of(edit));
    }

    assertThat(Messages.written(message, Messages.RECEIVED)).isEqualTo(row.messageAfter());
  }

  /** What the next milter is told is what the next hop gets, except for our own Received. */
  @ParameterizedTest(name = "{0}")
  @MethodSource("cases")
  void visibleFieldsAreTheWrittenOnesWithoutOurOwn(EditCase row) throws Exception {
    MailMessage after =
        MailMessage.of(row.envelopeBefore(), Messages.parse(row.messageBefore(), List.of()))
            .with(row.edits());

    List<String> shown =
        after.visibleFields().stream().map(Messages::toldToMilter).collect(Collectors.toList());

    List<String> written = new ArrayList<>();
    for (HeaderField field :
        Messages.parse(Messages.written(after, Messages.RECEIVED), List.of()).header().fields()) {
      written.add(Messages.toldToMilter(field));
    }
    assertThat(written.remove("Received|own")).isTrue();
    assertThat(shown).isEqualTo(written);
    assertThat(after.length()).isEqualTo((long) Messages.written(after, Bytes.EMPTY).length());
  }
}
