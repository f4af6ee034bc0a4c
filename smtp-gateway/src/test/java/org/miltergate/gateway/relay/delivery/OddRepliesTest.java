package org.miltergate.gateway.relay.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.miltergate.config.nexthop.NextHopConfig;
import org.miltergate.config.nexthop.NextHopProtocol;
import org.miltergate.config.nexthop.NextHopTimeouts;
import org.miltergate.gateway.relay.DeliveryResult;
import org.miltergate.gateway.relay.DeliveryResult.Delivered;
import org.miltergate.gateway.relay.DeliveryResult.Refused;
import org.miltergate.gateway.relay.DeliveryResult.Unavailable;
import org.miltergate.gateway.relay.Mail;
import org.miltergate.gateway.relay.RecipientResult;
import org.miltergate.milter.test.smtp.Reaction;
import org.miltergate.milter.test.smtp.SinkEvent;

/**
 * A reply code decides, whatever is odd about the rest of the reply: a next hop that has taken a
 * message must not get it again.
 */
@Tag("slow")
class OddRepliesTest extends RelayFixture {
  private static final Map<SinkEvent, String> STEPS = new LinkedHashMap<>();
  private static final Map<String, List<String>> FORMS = new LinkedHashMap<>();

  static {
    STEPS.put(SinkEvent.CONNECT, "220");
    STEPS.put(SinkEvent.EHLO, "250");
    STEPS.put(SinkEvent.MAIL, "250");
    STEPS.put(SinkEvent.RCPT, "250");
    STEPS.put(SinkEvent.DATA, "354");
    STEPS.put(SinkEvent.END_OF_DATA, "250");

    FORMS.put("LF alone", List.of("C-a\nC-b\nC c"));
    FORMS.put("CR CR LF", List.of("C ok\r"));
    FORMS.put("TAB after the code", List.of("C\tok"));
    FORMS.put("code alone", List.of("C"));
    FORMS.put("code and blank", List.of("C "));
    FORMS.put("no blank", List.of("Cok"));
    FORMS.put("hyphen, and then a code alone", List.of("C-", "C"));
    FORMS.put("NUL", List.of("C o\0k"));
    FORMS.put("NUL after the code", List.of("C\0"));
    FORMS.put("control characters", List.of("C \033[1mok\177"));
    FORMS.put("8-bit", List.of("C \u00e9\u00ff\u0085"));
    FORMS.put("lone CR", List.of("C o\rk"));
    FORMS.put("long line", List.of("C " + "x".repeat(100_000)));
    FORMS.put("long line of a longer reply", List.of("C-" + "x".repeat(100_000), "C ok"));
    FORMS.put("many lines", Collections.nCopies(10_000, "C-more"));
    FORMS.put("other codes before the last", List.of("550-no", "450-no", "C ok"));
    FORMS.put("line without a code", List.of("C-ok", "  and more", "", "C ok"));
    FORMS.put("status of another class", List.of("C 5.7.1 ok"));
    FORMS.put("odd status", List.of("C 2.0 2..0 2.x.1234"));
  }

  private static String code(SinkEvent event) {
    return STEPS.getOrDefault(event, "");
  }

  static List<Arguments> formsAtEachStep() {
    List<Arguments> all = new ArrayList<>();
    for (SinkEvent event : STEPS.keySet()) {
      FORMS.keySet().forEach(form -> all.add(Arguments.of(event, form)));
    }
    return all;
  }

  @ParameterizedTest(name = "{0} {1}")
  @MethodSource("formsAtEachStep")
  void oddFormsCountBySmtp(SinkEvent event, String form) throws Exception {
    sink.on(event, reply(code(event), form));

    DeliveryResult result = hop.deliver(Mail.to("one@a", "two@a"));

    assertThat(result).isInstanceOf(Delivered.class);
    assertThat(sink.messages()).hasSize(1);
    assertThat(hop.idleConnections()).isOne();
  }

  static List<String> forms() {
    return List.copyOf(FORMS.keySet());
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("forms")
  void oddFormsCountAfterTheFinalDotByLmtp(String form) throws Exception {
    reopen(OddRepliesTest::lmtp);
    sink.on(SinkEvent.END_OF_DATA, reply("250", form));

    assertThat(hop.deliver(Mail.to("one@a", "two@a", "three@a"))).isInstanceOf(Delivered.class);
    assertThat(hop.deliver(Mail.to("one@a"))).isInstanceOf(Delivered.class);
    assertThat(sink.sessions()).hasSize(1);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("forms")
  void oddFormsOfARefusalRefuse(String form) throws Exception {
    sink.on(SinkEvent.END_OF_DATA, reply("554", form));

    DeliveryResult result = hop.deliver(Mail.to("one@a"));

    assertThat(result).isInstanceOf(Refused.class);
    assertThat(replyOf(result)).startsWith("554");
    assertThat(hop.idleConnections()).isOne();
  }

  private static Reaction reply(String code, String form) {
    List<String> lines = new ArrayList<>(FORMS.getOrDefault(form, List.of()));
    if (form.equals("many lines")) {
      lines.add("C ok");
    }
    return Reaction.reply(
        lines.stream().map(line -> line.replace("C", code)).toArray(String[]::new));
  }

  @ParameterizedTest
  @ValueSource(strings = {"hello", "", "2500 x", "+OK", " 250 ok", "\0\377"})
  void linesThatAreNoReplyArePassedOverWhereOneReplyIsDue(String garbage) throws Exception {
    sink.extensions(); // no PIPELINING
    STEPS.forEach((event, code) -> sink.on(event, Reaction.reply(garbage, garbage, code + " ok")));

    assertThat(hop.deliver(Mail.to("one@a"))).isInstanceOf(Delivered.class);
    assertThat(sink.messages()).hasSize(1);
  }

  @Test
  void aLineThatIsNoReplyMayStandForOneOfSeveral() throws Exception {
    sink.on(SinkEvent.RCPT, call -> call.line().contains("one"), Reaction.reply("no such user"));

    DeliveryResult result = hop.deliver(Mail.to("one@a", "two@a"));

    assertThat(replyOf(result)).startsWith("451 4.5.0");
    assertThat(sink.messages()).isEmpty();
  }

  @Test
  void inLmtpItMayStandForTheReplyToARecipient() throws Exception {
    reopen(OddRepliesTest::lmtp);
    sink.on(
        SinkEvent.END_OF_DATA, call -> call.line().contains("one"), Reaction.reply("mailbox full"));

    DeliveryResult result = hop.deliver(Mail.to("one@a", "two@a"));

    assertThat(result).isInstanceOf(Unavailable.class);
    assertThat(result.recipients())
        .extracting(RecipientResult::status)
        .containsOnly(RecipientResult.Status.DEFERRED);
  }

  @ParameterizedTest
  @ValueSource(strings = {"hello\r\n", "2500 ok\r\n", "ok"})
  void whatIsNoReplyAtAllLeavesItOpenWhetherTheMessageWasTaken(String garbage) throws Exception {
    sink.on(SinkEvent.END_OF_DATA, Reaction.raw(garbage).then(Reaction.close()));

    DeliveryResult result = hop.deliver(Mail.to("one@a"));

    assertThat(result).isInstanceOf(Unavailable.class);
    assertThat(((Unavailable) result).cause()).contains("message may be sent more than once");
  }

  @Test
  void aReplyIsNotWaitedForLongAfterALineThatIsNone() throws Exception {
    sink.on(SinkEvent.END_OF_DATA, Reaction.reply("hello").then(Reaction.stall()));

    DeliveryResult result = hop.deliver(Mail.to("one@a"));

    assertThat(replyOf(result)).startsWith("451 4.5.0");
    assertThat(((Unavailable) result).cause()).contains("'hello' is not a reply");
  }

  static List<Arguments> unfinished() {
    List<Arguments> all = new ArrayList<>();
    for (String text :
        List.of("250", "250 2.0.0 Ok", "250-2.0.0 Ok", "250-2.0.0 Ok\r\n", "250 Ok\r")) {
      for (Reaction end : List.of(Reaction.close(), Reaction.reset(), Reaction.stall())) {
        all.add(Arguments.of(text, end));
      }
    }
    return all;
  }

  @ParameterizedTest(name = "{0} {1}")
  @MethodSource("unfinished")
  void aReplyToTheFinalDotNeedsNoEnd(String text, Reaction end) throws Exception {
    reopen(config ->
        config.with(
            NextHopConfig.Smtp.TIMEOUTS,
            config.timeouts().with(NextHopTimeouts.DATA_DONE, Duration.ofSeconds(1))));
    sink.on(SinkEvent.END_OF_DATA, Reaction.raw(text).then(Reaction.pause(SHORT)).then(end));

    DeliveryResult result = hop.deliver(Mail.to("one@a"));

    assertThat(result).isInstanceOf(Delivered.class);
    assertThat(hop.idleConnections()).isZero();
  }

  @Test
  void inLmtpOnlyThoseWithAReplyHaveTheMessage() throws Exception {
    reopen(OddRepliesTest::lmtp);
    sink.on(
        SinkEvent.END_OF_DATA,
        call -> call.line().contains("one"),
        Reaction.raw("250 Ok").then(Reaction.close()));

    DeliveryResult result = hop.deliver(Mail.to("one@a", "two@a"));

    assertThat(result.recipients())
        .extracting(RecipientResult::status)
        .containsExactly(RecipientResult.Status.SENT, RecipientResult.Status.DEFERRED);
  }

  static List<Arguments> positive() {
    List<Arguments> all = new ArrayList<>();
    STEPS.forEach((event, code) -> all.add(Arguments.of(event, code.charAt(0) + "99")));
    STEPS.forEach((event, code) -> all.add(Arguments.of(event, code.charAt(0) + "00 5.0.0")));
    return all;
  }

  @ParameterizedTest(name = "{0} {1}")
  @MethodSource("positive")
  void theFirstDigitDecides(SinkEvent event, String reply) throws Exception {
    sink.on(event, Reaction.reply(reply));

    assertThat(hop.deliver(Mail.to("one@a"))).isInstanceOf(Delivered.class);
  }

  static List<SinkEvent> stepsBeforeTheEnd() {
    return STEPS.keySet().stream().filter(event -> event != SinkEvent.END_OF_DATA).toList();
  }

  /** Else one reply too many would be taken for the reply to the final dot. */
  @ParameterizedTest(name = "{0}")
  @MethodSource("stepsBeforeTheEnd")
  void aReplyThatComesBeforeItIsDueIsNoReply(SinkEvent event) throws Exception {
    sink.extensions();
    sink.on(event, Reaction.reply(code(event) + " ok", "250 once more"));

    DeliveryResult result = hop.deliver(Mail.to("one@a"));

    assertThat(replyOf(result)).startsWith("451 4.5.0");
    assertThat(sink.messages()).isEmpty();
  }

  @Test
  void noReplyThatCameTooEarlyIsTakenForTheOneToTheLastChunk() throws Exception {
    reopen(config -> config.with(NextHopConfig.Smtp.CHUNKING, true));
    sink.extensions("CHUNKING");
    sink.on(SinkEvent.RCPT, Reaction.reply("250 ok", "250 once more"));

    DeliveryResult result = hop.deliver(Mail.to("one@a"));

    assertThat(replyOf(result)).startsWith("451 4.5.0");
    assertThat(sink.messages()).isEmpty();
  }

  private static NextHopConfig.Smtp lmtp(NextHopConfig.Smtp config) {
    return config.with(NextHopConfig.Smtp.PROTOCOL, NextHopProtocol.LMTP);
  }
}
