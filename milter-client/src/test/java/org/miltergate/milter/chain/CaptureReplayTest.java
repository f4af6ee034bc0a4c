package org.miltergate.milter.chain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.miltergate.milter.chain.Capture.arguments;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.miltergate.milter.body.Body;
import org.miltergate.milter.body.BodyStore;
import org.miltergate.milter.bytes.Bytes;
import org.miltergate.milter.mail.Envelope;
import org.miltergate.milter.mail.HeaderBlock;
import org.miltergate.milter.mail.HeaderField;
import org.miltergate.milter.mail.MailMessage;
import org.miltergate.milter.mail.Recipient;
import org.miltergate.milter.mail.Sender;
import org.miltergate.milter.session.Macros;
import org.miltergate.milter.session.MilterClient;
import org.miltergate.milter.test.ScriptedMilter;
import org.miltergate.milter.wire.ClientAddress;

/**
 * Plays what real milters said to Postfix: our side has to say what Postfix said, and to make the
 * same of it.
 */
@ParameterizedClass(name = "pipelining {0}")
@EnumSource(Pipelining.class)
class CaptureReplayTest {
  @Parameter Pipelining pipelining;

  private static final String LEADING_SPACE = "hdr_leadspc";

  /** Not masked everywhere in the recordings. */
  private static final Pattern DATE = Pattern.compile("\\w{3}, \\d+ \\w{3} \\d{4} [\\d:]+ \\+0000");

  private static final List<Capture> ALL = Capture.all();

  static List<Capture> captures() {
    return ALL;
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("captures")
  void saysAndMakesWhatPostfixDid(Capture capture) throws Exception {
    try (ScriptedMilter milter = ScriptedMilter.script(CaptureScript.of(capture))) {
      MilterChain chain =
          MilterChain.builder(new BodyStore(Path.of("."), 1 << 20))
              .add(
                  MilterClient.builder("m", milter.address())
                      .pipeline(pipelining == Pipelining.ON)
                      .build())
              .build();
      Macros macros = new Macros();
      try (ChainDialogue session = chain.openDialogue(macros)) {
        check(drive(session, macros, capture), capture);
      }
      milter.assertScriptFinished();
    }
  }

  private static ContentResult drive(ChainDialogue session, Macros macros, Capture capture)
      throws Exception {
    set(macros, capture, "connect");
    session.connect(
        Bytes.ofLatin1("localhost"),
        new ClientAddress(ClientAddress.Family.INET4, 40_000, Bytes.ofLatin1("127.0.0.1")));
    set(macros, capture, "helo");
    session.helo(Bytes.ofLatin1("client.test"));
    set(macros, capture, "mail");
    Sender sender = new Sender(Bytes.ofLatin1("<alice@client.test>"), List.of());
    session.mail(sender);
    set(macros, capture, "rcpt");
    Recipient recipient = new Recipient(Bytes.ofLatin1("<bob@remote.test>"), List.of());
    session.rcpt(recipient);
    set(macros, capture, "data");
    session.data();
    set(macros, capture, "eoh");
    set(macros, capture, "eom");
    return session.content(
        new MailMessage(
            new Envelope(sender, List.of(recipient)),
            header(capture),
            Bytes.ofLatin1("\r\n"),
            Body.of(Bytes.ofLatin1(body(capture)))));
  }

  private static void set(Macros macros, Capture capture, String event) {
    for (Json said : capture.said(event)) {
      Capture.macros(said).forEach(macros::set);
    }
  }

  /** Returns the header that the milter was shown, or that of the same mail if it saw none. */
  private static HeaderBlock header(Capture capture) {
    List<Json> shown = capture.said("header");
    if (shown.isEmpty()) {
      return ALL.stream()
          .filter(other -> !other.said("header").isEmpty())
          .filter(other -> kind(other).equals(kind(capture)))
          .findFirst()
          .map(CaptureReplayTest::header)
          .orElseThrow();
    }
    boolean leadingSpace =
        capture.events().get(1).object("args").strings("protocol_names").contains(LEADING_SPACE);
    List<HeaderField> fields = new ArrayList<>();
    for (Json event : shown) {
      List<String> field = arguments(event);
      String value = (leadingSpace ? "" : " ") + field.get(1);
      fields.add(
          HeaderField.ofRaw(
              Bytes.ofLatin1(field.get(0) + ":" + value.replace("\n", "\r\n") + "\r\n")));
    }
    return HeaderBlock.of(fields);
  }

  private static String kind(Capture capture) {
    return capture.name().substring(capture.name().lastIndexOf(' '));
  }

  private static String body(Capture capture) {
    return capture.said("body").stream()
        .map(event -> event.object("args").string("data"))
        .findFirst()
        .orElseGet(() -> capture.passed().orElseThrow().string("body"));
  }

  private static void check(ContentResult result, Capture capture) {
    if (result.verdict() instanceof Verdict.Refuse refuse) {
      assertThat(refuse.reply().toBytes().toString())
          .isEqualTo(String.join("\r\n", capture.reply()) + "\r\n");
      assertThat(capture.passed()).isEmpty();
      return;
    }
    assertThat(capture.reply().getFirst()).startsWith("250 ");
    assertThat(result.verdict().passes()).isEqualTo(capture.passed().isPresent());
    assertThat(result.quarantine().isEmpty()).isNotEqualTo(capture.held());
    capture.passed().ifPresent(message -> compare(result.message(), message));
  }

  private static void compare(MailMessage ours, Json theirs) {
    List<String> fields = new ArrayList<>();
    ours.aboveReceived().fields().forEach(field -> fields.add(line(field)));
    fields.add("Received: <MTA>");
    for (HeaderField field : ours.header().fields()) {
      // A field of the hop before is masked in the recording, too.
      fields.add(
          field.raw().toString().contains("by mta.test") && line(field).startsWith("Received:")
              ? "Received: <MTA>"
              : line(field));
    }
    assertThat(fields).containsExactlyElementsOf(theirs.strings("headers"));
    assertThat(bodyOf(ours)).isEqualTo(DATE.matcher(theirs.string("body")).replaceAll("<DATE>"));
    assertThat(ours.envelope().recipients())
        .extracting(recipient -> recipient.path().toString())
        .containsExactlyElementsOf(recipients(theirs));
  }

  private static List<String> recipients(Json message) {
    return message.list("rcpt").stream()
        .map(rcpt -> rcpt instanceof String text ? text : Json.of(rcpt).string("addr"))
        .toList();
  }

  private static String line(HeaderField field) {
    return field.raw().toString().replaceFirst("\r\n$", "");
  }

  private static String bodyOf(MailMessage message) {
    try {
      long length = message.body().length();
      return length == 0 ? "" : message.body().chunk(0, (int) length).toString();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
