package org.miltergate.it.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.miltergate.it.smtp.Mail;
import org.miltergate.it.smtp.SmtpAnswer;
import org.miltergate.milter.test.smtp.SinkMessage;
import org.miltergate.peers.TestMails;
import org.miltergate.peers.milters.CompiledFilter;
import org.miltergate.peers.milters.DkimKey;
import org.miltergate.peers.milters.Opendkim;
import org.miltergate.peers.process.Lab;
import org.miltergate.peers.process.LabExtension;

/**
 * A message signed by OpenDKIM at one gateway is verified by OpenDKIM at the next one, and is what
 * the client sent.
 */
@ExtendWith(LabExtension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class OpendkimGatewayIT {
  private static final String REST =
      """
      From: Alice <alice@client.test>
      To: Bob <bob@remote.test>
      Date: Sat, 21 Nov 2026 10:00:00 +0000
      """;
  private static final String SUBJECT = "Subject: minutes\n";
  private static final String BODY = "\nDear Bob,\n\nno.\n";

  private GatewayUnderTest signing;
  private GatewayUnderTest verifying;

  @BeforeAll
  void startBoth(Lab lab) throws Exception {
    DkimKey key = DkimKey.generate(lab.newFolder(), "client.test", "sel");
    signing = GatewayUnderTest.behind(lab, lab.start(folder -> Opendkim.sign(folder, key)));
    verifying = GatewayUnderTest.behind(lab, lab.start(folder -> Opendkim.verify(folder, key)));
  }

  static Stream<Arguments> messages() {
    return Stream.of(
        arguments("plain", REST + SUBJECT + BODY),
        arguments("folded", REST + "Subject: one\n two\n\tthree\n \t  four\n" + BODY),
        arguments("fold at once", REST + "Subject:\n minutes\n" + BODY),
        arguments("fold of blanks only", REST + "Subject: a\n  \n\t\n b\n" + BODY),
        arguments("8-bit", REST + "Subject: caf\u00e9 \u00ff\u0080\u00a0\n\nna\u00efve \u00fe\n"),
        arguments("long line", REST + SUBJECT + "X-Long: " + "x".repeat(40_000) + "\n" + BODY),
        arguments("long folded", REST + "Subject: s" + "\n word word".repeat(5_000) + "\n" + BODY),
        arguments("no blank behind the colon", REST + "Subject:minutes\n" + BODY),
        arguments("tab behind the colon", REST + "Subject:\tminutes\n" + BODY),
        arguments("blanks around", REST + "Subject:   minutes \t \n" + BODY),
        arguments("blank before the colon", REST + "Subject : minutes\n" + BODY),
        arguments("empty values", REST + "Subject:\nX-Empty:\nX-Blank: \n" + BODY),
        arguments("twice", REST + SUBJECT + "Subject: other\nX-A: 1\nx-a: 2\n" + BODY),
        arguments("lower case", REST + "subject: minutes\nCC: <c@remote.test>\n" + BODY),
        arguments("leading dots", REST + SUBJECT + "\n.\n..\n...\n.x\nx.\n. \n"),
        arguments("empty body", REST + SUBJECT + "\n"),
        arguments("trailing blank lines", REST + SUBJECT + BODY + "\n\n\n"),
        arguments("blank lines only", REST + SUBJECT + "\n\n\n\n"),
        arguments("trailing blanks", REST + SUBJECT + "\ntext  \t\n \n\t\n"),
        arguments("long body line", REST + SUBJECT + "\n" + "y".repeat(200_000) + "\n"),
        arguments("long body", REST + SUBJECT + "\n" + "lorem ipsum\n".repeat(20_000)));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("messages")
  void signatureHoldsAndTheRestIsUntouched(String name, String text) throws Exception {
    byte[] message = TestMails.crlf(text);

    SinkMessage signed = signing.pass(message);
    SinkMessage verified = verifying.pass(signed.content().toArray());

    assertThat(Mail.of(signed).fields()).element(0).asString().startsWith("DKIM-Signature: v=1; ");
    assertThat(
            Contents.without(signed.content().toString(), Set.of("DKIM-Signature:", "Received:")))
        .isEqualTo(
            Contents.text(message).replace("Subject :", "Subject:")); // the one thing repaired
    assertThat(Mail.of(verified).values("Authentication-Results"))
        .singleElement()
        .asString()
        .contains("dkim=pass (2048-bit key)");
    assertThat(
            Contents.withoutReceived(
                Contents.without(verified.content().toString(), Set.of("Authentication-Results:"))))
        .isEqualTo(Contents.withoutReceived(signed));
  }

  /** As with Postfix: an empty line is inserted only before a body. */
  @Test
  void headerWithoutEmptyLineAndBodyGetsNone() throws Exception {
    byte[] message = TestMails.crlf(REST + SUBJECT);

    SinkMessage signed = signing.pass(message);

    assertThat(
            Contents.without(signed.content().toString(), Set.of("DKIM-Signature:", "Received:")))
        .isEqualTo(Contents.text(message));
  }

  @Test
  void changeOnTheWayIsFound() throws Exception {
    SinkMessage signed = signing.pass(TestMails.ham());
    String changed = signed.content().toString().replace("lunch on Tuesday", "lunch on Monday");

    Mail verified = verifying.passMail(Contents.bytes(changed));

    assertThat(verified.values("Authentication-Results"))
        .singleElement()
        .asString()
        .contains("dkim=fail");
  }

  /** Shown cut and sent whole it would be two messages; cut for both it would break signatures. */
  @ParameterizedTest
  @ValueSource(ints = {65_535 - 8, 65_535 - 7, 150_000})
  void fieldThatFitsInNoPacketIsRefused(int valueBytes, Lab lab) throws Exception {
    // OpenDKIM itself accepts at most 64 KiB of header.
    GatewayUnderTest gateway =
        GatewayUnderTest.behind(
            lab, lab.start(folder -> CompiledFilter.start(folder, "addheader=X-A:1")));
    String line = "X-Line:" + "x".repeat(valueBytes) + "\n"; // a packet has 2 NULs, too
    byte[] message = TestMails.crlf(line + REST + SUBJECT + BODY);

    SmtpAnswer answer = gateway.send(message);

    assertThat(answer.toString())
        .startsWith(
            valueBytes == 65_535 - 8
                ? "250 2.0.0 Ok: queued as "
                : "552 5.3.4 Error: message header field too long");
  }
}
