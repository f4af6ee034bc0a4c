package org.miltergate.it.scenarios;

import java.util.List;
import java.util.stream.Stream;
import org.miltergate.it.compare.Difference;
import org.miltergate.it.compare.Scenario;
import org.miltergate.milter.wire.MacroStage;
import org.miltergate.milter.wire.ProtocolSteps.Step;
import org.miltergate.peers.TestMails;

/** What a milter is sent for the various actions of a client. */
public final class EventScenarios {
  private static final String MAIL = "MAIL FROM:<alice@client.test>";
  private static final String RCPT = "RCPT TO:<bob@remote.test>";

  private EventScenarios() {}

  public static Stream<Scenario> all() {
    return Stream.concat(Stream.concat(sessions(), messages()), negotiations());
  }

  private static Scenario watched(String name) {
    return Scenario.named("events: " + name).watcher();
  }

  private static Stream<Scenario> sessions() {
    return Stream.of(
        watched("nothing but a connection").hangsUp(),
        watched("QUIT at once").says("QUIT"),
        watched("no HELO").says(MAIL, RCPT, "DATA").sends(Letters.PLAIN).says("QUIT"),
        watched("HELO")
            .says("HELO client.test", MAIL, RCPT, "DATA")
            .sends(Letters.PLAIN)
            .says("QUIT"),
        watched("two EHLO").says("EHLO one.test", "EHLO two.test").says(MAIL, "QUIT"),
        watched("EHLO inside a mail")
            .says("EHLO one.test", MAIL, RCPT, "EHLO two.test", "QUIT")
            .except(
                Difference.ABORT_BEFORE_HELO,
                List.of("m1: HELO two.test", "m1: ABORT"),
                List.of("m1: ABORT", "m1: HELO two.test")),
        watched("RSET before MAIL").says("EHLO client.test", "RSET", MAIL, "QUIT"),
        watched("RSET behind MAIL").says("EHLO client.test", MAIL, "RSET", MAIL, "QUIT"),
        watched("RSET behind RCPT").says("EHLO client.test", MAIL, RCPT, "RSET", MAIL, "QUIT"),
        watched("two messages")
            .delivers(Letters.PLAIN, "bob@remote.test")
            .says(MAIL, "RCPT TO:<eve@remote.test>", "DATA")
            .sends(Letters.TRIPLE)
            .says("QUIT"),
        watched("gone behind EHLO").says("EHLO client.test").hangsUp(),
        watched("gone behind MAIL").says("EHLO client.test", MAIL).hangsUp(),
        watched("gone behind RCPT").says("EHLO client.test", MAIL, RCPT).hangsUp(),
        watched("gone behind DATA").says("EHLO client.test", MAIL, RCPT, "DATA").hangsUp(),
        watched("unknown commands")
            .says("EHLO client.test", "FROB one two", MAIL, "XFROB", "QUIT")
            .except(
                Difference.WHOLE_UNKNOWN_COMMAND,
                List.of("m1: UNKNOWN FROB"),
                List.of("m1: UNKNOWN FROB one two")),
        watched("NOOP and VRFY").says("EHLO client.test", "NOOP", "VRFY bob", "QUIT"),
        watched("arguments")
            .says(
                "EHLO client.test",
                "MAIL FROM:<alice@client.test> SIZE=100 BODY=8BITMIME",
                RCPT,
                "QUIT"),
        watched("addresses as written")
            .says("EHLO client.test", "MAIL FROM: <\"a b\"@Client.TEST>", "RCPT TO:bob@remote.test")
            .says("RCPT TO:<Bob@Remote.Test>", "QUIT")
            .except(
                Difference.ADDRESS_MACROS_AS_WRITTEN,
                List.of(mailMacros("\"a b\"@client.test")),
                List.of(mailMacros("\"a b\"@Client.TEST")))
            .except(
                Difference.ADDRESS_MACROS_AS_WRITTEN,
                List.of(rcptMacros("bob@remote.test"), "m1: RCPT <Bob@Remote.Test>"),
                List.of(rcptMacros("Bob@Remote.Test"), "m1: RCPT <Bob@Remote.Test>")),
        watched("null sender").says("EHLO client.test", "MAIL FROM:<>", RCPT, "QUIT"));
  }

  private static Stream<Scenario> messages() {
    return Stream.concat(
        Letters.ODD_LINES.entrySet().stream()
            .map(odd -> message(odd.getKey(), Letters.withLine(odd.getValue()))),
        wholeMessages());
  }

  private static Stream<Scenario> wholeMessages() {
    return Stream.of(
        message("odd header", Letters.ODD_HEADER),
        message("no body", Letters.NO_BODY),
        message("no empty line", Letters.NO_EMPTY_LINE),
        message("no header", Letters.NO_HEADER),
        message("nothing at all", ""),
        message("no header and no empty line", "body only\n"),
        message("white space first", " From: a\nTo: b\n\nbody\n"),
        message("white space in the first line", "  \nTo: b\n\nbody\n"),
        message("a line without colon", Letters.LINE_WITHOUT_COLON),
        message("an mbox line", Letters.MBOX_LINE),
        message("an mbox line with a fold", "From a@b.test Mon\n fold\n" + Letters.NO_BODY),
        message("two mbox lines", ">From a@b.test Mon\nFrom c\n" + Letters.NO_BODY),
        message("a body of four chunks", Letters.threeChunks()));
  }

  private static Scenario message(String name, String text) {
    return watched(name).delivers(text, "bob@remote.test").says("QUIT");
  }

  private static Stream<Scenario> negotiations() {
    return Stream.of(
        negotiated(Scenario.named("events: version 2").milter(m -> m.version(2))),
        negotiated(Scenario.named("events: version 3").milter(m -> m.version(3))),
        negotiated(Scenario.named("events: version 4").milter(m -> m.version(4))),
        negotiated(
            Scenario.named("events: steps declined")
                .milter(m -> m.steps(Step.NO_HELO, Step.NO_RCPT, Step.NO_HEADERS, Step.NO_DATA))
                .milter(m ->
                    m.steps(
                        Step.NO_CONNECT,
                        Step.NO_MAIL,
                        Step.NO_BODY,
                        Step.NO_END_OF_HEADERS,
                        Step.NO_UNKNOWN))),
        negotiated(
            Scenario.named("events: no replies")
                .milter(m ->
                    m.steps(
                        Step.NO_REPLY_CONNECT,
                        Step.NO_REPLY_HELO,
                        Step.NO_REPLY_MAIL,
                        Step.NO_REPLY_RCPT,
                        Step.NO_REPLY_DATA,
                        Step.NO_REPLY_HEADERS,
                        Step.NO_REPLY_END_OF_HEADERS,
                        Step.NO_REPLY_BODY,
                        Step.NO_REPLY_UNKNOWN))),
        negotiated(
                Scenario.named("events: refused recipients")
                    .milter(m -> m.steps(Step.REJECTED_RECIPIENTS))
                    .watcher())
            .except(
                Difference.REFUSED_RECIPIENT_TEXT,
                List.of(rcptMacros("Recipient address rejected: no such user")),
                List.of(
                    rcptMacros("<refused@remote.test>: Recipient address rejected: no such user"))),
        negotiated(
            Scenario.named("events: macro lists")
                .milter(m ->
                    m.macros(MacroStage.CONNECT, "j _")
                        .macros(MacroStage.MAIL, "{mail_addr},{client_addr}")
                        .macros(MacroStage.END_OF_MESSAGE, "i {client_name}"))));
  }

  private static String mailMacros(String address) {
    return "m1:   macros {{mail_addr}=%s, {mail_host}=..., {mail_mailer}=...}".formatted(address);
  }

  private static String rcptMacros(String address) {
    return "m1:   macros {{rcpt_addr}=%s, {rcpt_host}=..., {rcpt_mailer}=...}".formatted(address);
  }

  private static Scenario negotiated(Scenario start) {
    return start
        .says("EHLO client.test", "FROB", MAIL)
        .says("RCPT TO:<" + TestMails.REFUSED_RECIPIENT + ">", RCPT, "DATA")
        .sends(Letters.PLAIN)
        .says("QUIT");
  }
}
