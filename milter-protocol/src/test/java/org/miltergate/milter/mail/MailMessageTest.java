package org.miltergate.milter.mail;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.miltergate.milter.body.Body;
import org.miltergate.milter.bytes.Bytes;

class MailMessageTest {
  private static final int MANY = 5_000;

  @Test
  void editsLeaveTheMessageAsItWas() throws Exception {
    MailMessage before =
        MailMessage.of(Messages.ENVELOPE, Messages.parse("A: 1\r\nB: 2\r\n\r\nbody"));

    MailMessage after = before.with(List.of(new Edit.InsertHeader(1, field("X", " new"))));

    assertThat(before.header().fields()).hasSize(2);
    assertThat(after.header().fields().get(1)).isEqualTo(before.header().fields().get(0));
    assertThat(after.body()).isSameAs(before.body());
    assertThat(after.envelope()).isEqualTo(before.envelope());
  }

  @Test
  void bodyThatIsReplacedStaysOpen() throws Exception {
    MailMessage before = MailMessage.of(Messages.ENVELOPE, Messages.parse("A: 1\r\n\r\nbody"));

    before.with(List.of(new Edit.ReplaceBody(Body.EMPTY)));

    assertThat(Messages.bytesOf(before.body())).isEqualTo(Bytes.ofLatin1("body"));
  }

  @Test
  @Timeout(20)
  void thousandsOfEditsAreDoneInOneGo() throws Exception {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < 1000; i++) {
      text.append("X-").append(i).append(": v\r\n");
    }
    List<Edit> edits = new ArrayList<>();
    for (int i = 0; i < MANY; i++) {
      Bytes mailbox = Bytes.ofLatin1("r" + i + "@example.org");
      edits.add(new Edit.AddHeader(field("Y", " " + i)));
      edits.add(new Edit.InsertHeader(i % 7, field("Z", " " + i)));
      edits.add(new Edit.ChangeHeader(Bytes.ofLatin1("X-" + i % 1000), 1, field("X-1", " w")));
      edits.add(new Edit.DeleteHeader(Bytes.ofLatin1("Z"), 1));
      edits.add(new Edit.AddRecipient(new Recipient(mailbox, List.of())));
      if (i % 2 == 0) {
        edits.add(new Edit.DeleteRecipient(mailbox));
      }
    }

    MailMessage after =
        MailMessage.of(Messages.ENVELOPE, Messages.parse(text + "\r\n")).with(edits);

    assertThat(after.envelope().recipients()).hasSize(MANY / 2 + 1);
    assertThat(after.visibleFields().stream().filter(f -> f.isNamed(Bytes.ofLatin1("y"))))
        .hasSize(MANY);
  }

  /** A client can send so many fields of four bytes in 1 MiB, a milter can edit so often. */
  @Test
  @Timeout(20)
  void editsOfAHugeHeaderCostNoWalkThroughItEach() throws Exception {
    Bytes name = Bytes.ofLatin1("A");
    MailMessage before =
        MailMessage.of(Messages.ENVELOPE, Messages.parse("a:\r\n".repeat(262_000)));
    List<Edit> edits = new ArrayList<>();
    for (int i = 0; i < 10_000; i++) {
      edits.add(new Edit.DeleteHeader(name, 260_000 - 2 * i));
      edits.add(new Edit.DeleteHeader(Bytes.ofLatin1("Missing"), 1));
      edits.add(new Edit.InsertHeader(100_000 + i, field("B", " " + i)));
      edits.add(new Edit.ChangeHeader(name, 50_000 + i, field("c", "")));
    }

    MailMessage after = before.with(edits);

    assertThat(after.header().fields()).hasSize(262_000);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({"'', true, '\r\n'", "'', false, ''", "'\n', true, '\n'", "'\r\n', false, '\r\n'"})
  void putsAnEmptyLineBeforeABody(String separator, boolean body, String written) throws Exception {
    Body content = body ? Body.of(Bytes.ofLatin1(" x")) : Body.EMPTY;

    MailMessage message =
        new MailMessage(
            Messages.ENVELOPE,
            HeaderBlock.of(List.of(field("A", " 1"))),
            Bytes.ofLatin1(separator),
            content);

    assertThat(Messages.written(message, Bytes.EMPTY))
        .isEqualTo(Bytes.ofLatin1("A: 1\r\n" + written + (body ? " x" : "")));
  }

  @Test
  void refusesASeparatorThatIsNoEmptyLine() {
    assertThatThrownBy(() ->
            new MailMessage(
                Messages.ENVELOPE, HeaderBlock.EMPTY, Bytes.ofLatin1("X: 1\r\n"), Body.EMPTY))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void refusesNegativeIndices() {
    assertThatThrownBy(() -> new Edit.InsertHeader(-1, field("A", "")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("was -1");
    assertThatThrownBy(() -> new Edit.DeleteHeader(Bytes.ofLatin1("A"), -1))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest(name = "{0} and {1}: {2}")
  @CsvSource({
    "<a@example.org>, a@EXAMPLE.org, true",
    "a@example.org, A@example.org, false",
    "a@example.org, b@example.org, false",
    "postmaster, <postmaster>, true",
    "postmaster, Postmaster, false",
    "<>, '', true",
    "'\"a@B\"@example.org', '\"a@B\"@Example.org', true",
    "'\"a@B\"@example.org', '\"a@b\"@example.org', false",
    "a@example.org, a@example.or, false",
  })
  void comparesMailboxes(String one, String other, boolean same) {
    Recipient recipient = new Recipient(Bytes.ofLatin1(one), List.of());

    assertThat(recipient.sameMailbox(Bytes.ofLatin1(other))).isEqualTo(same);
  }

  @Test
  void bracketsAreAddedAndRemoved() {
    Bytes bare = Bytes.ofLatin1("a@example.org");
    Bytes angled = Bytes.ofLatin1("<a@example.org>");

    assertThat(Recipient.angle(bare)).isEqualTo(angled);
    assertThat(Recipient.angle(angled)).isEqualTo(angled);
    assertThat(Sender.angle(Bytes.EMPTY)).isEqualTo(Bytes.ofLatin1("<>"));
    assertThat(new Sender(angled, List.of()).mailbox()).isEqualTo(bare);
    assertThat(new Sender(angled, List.of()).isNull()).isFalse();
    assertThat(new Sender(Bytes.ofLatin1("<>"), List.of()).isNull()).isTrue();
  }

  @Test
  void addressAboveThousandBytesIsNone() {
    assertThat(Mailbox.problem(Bytes.ofLatin1("a".repeat(1000)))).isEmpty();
    assertThat(Mailbox.problem(Bytes.ofLatin1("a".repeat(1001))).orElseThrow())
        .contains("1001 bytes", "limit is 1000");
  }

  private static HeaderField field(String name, String value) {
    return HeaderField.of(Bytes.ofLatin1(name), Bytes.ofLatin1(value));
  }
}
