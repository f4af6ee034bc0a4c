package org.miltergate.it.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.miltergate.config.MilterConfig;
import org.miltergate.it.smtp.SmtpAnswer;
import org.miltergate.milter.session.FailurePolicy;
import org.miltergate.milter.test.ScriptedMilter;
import org.miltergate.peers.process.Lab;
import org.miltergate.peers.process.LabExtension;

/**
 * Milters that break the protocol or are too slow: each ends within its limit with its default
 * action, and with one line in the log that says what was wrong.
 */
@ExtendWith(LabExtension.class)
class BrokenMilterIT {
  private static final Duration LIMIT = Duration.ofMillis(700);
  private static final Duration AMPLE = Duration.ofSeconds(20);

  private static final Map<FailurePolicy, String> ANSWERS =
      Map.of(
          FailurePolicy.ACCEPT, "250 2.0.0 Ok: queued as ",
          FailurePolicy.QUARANTINE, "250 2.0.0 Ok: queued as ",
          FailurePolicy.TEMPFAIL, "451 4.7.1 Service unavailable - try again later",
          FailurePolicy.REJECT, "550 5.5.0 Service unavailable",
          FailurePolicy.SHUTDOWN, "421 4.7.1 Service unavailable - try again later");

  /** How it fails after two of its three edits. */
  private static final List<String> BREAKS =
      List.of("CLOSE", "RESET", "HALF ADDHEADER X-First|2, CLOSE", "BYTES 00000000", "STALL");

  static Stream<Arguments> breaksInEdits() {
    return BREAKS.stream()
        .flatMap(how -> Stream.of(FailurePolicy.values()).map(policy -> arguments(how, policy)));
  }

  @ParameterizedTest(name = "{0} {1}")
  @MethodSource("breaksInEdits")
  void editsOfAMilterThatBreaksOffAreDropped(String how, FailurePolicy policy, Lab lab)
      throws Exception {
    List<String> actions = new ArrayList<>();
    actions.addAll(List.of("ADDHEADER X-First|1", "DELRCPT <bob@remote.test>", "REPLBODY half"));
    actions.addAll(List.of(how.split(", ")));

    GatewayUnderTest gateway = gateway(lab, policy, "EOM", actions.toArray(String[]::new));
    SmtpAnswer answer = gateway.send(Fates.MESSAGE);

    assertThat(answer.toString()).startsWith(ANSWERS.get(policy));
    Fates.check(gateway, policy, answer.isPositive() ? 1 : 0);
    onlyLine(gateway);
    assertThat(linesOfPassing(gateway)).hasSize(policy == FailurePolicy.ACCEPT ? 1 : 0);
  }

  /** A client can provoke them, so that they are no failure of the milter. */
  @ParameterizedTest
  @EnumSource(FailurePolicy.class)
  void moreEditsThanAreTakenEndInATemporaryFailure(FailurePolicy policy, Lab lab) throws Exception {
    ScriptedMilter milter =
        lab.add(
            ScriptedMilter.builder()
                .on("EOM", "REPEAT 1000000 ADDHEADER X-First|1", "CONTINUE")
                .start());
    GatewayUnderTest gateway =
        GatewayUnderTest.start(
            lab,
            GatewayUnderTest.milter("m1", milter.address().toString())
                .with(MilterConfig.DEFAULT_ACTION, policy));

    SmtpAnswer answer = gateway.send(Fates.MESSAGE);

    assertThat(answer.toString())
        .isEqualTo("451 4.3.0 Mail cannot be processed now - try again later");
    assertThat(gateway.sink().messages()).isEmpty();
    assertThat(onlyLine(gateway)).contains("max-edits");
  }

  static Stream<Arguments> faults() {
    return Stream.of(
        arguments("never answers", "HELO", "STALL", "no answer to HELO within 700ms"),
        arguments("never answers", "BODY", "STALL", "within"),
        arguments("never answers", "EOM", "STALL", "within"),
        arguments("does not read", "BODY", "DEAF", "within"),
        arguments("never negotiates", "OPTNEG", "STALL", "within"),
        arguments("half a packet", "MAIL", "HALF REPLYCODE 550 5.7.1 no, STALL", "within"),
        arguments("half a packet", "MAIL", "HALF REPLYCODE 550 5.7.1 no, CLOSE", "closed"),
        arguments("one byte a second", "EOM", "SLOWLY 1/1s REPLYCODE 550 5.7.1 no", "within"),
        arguments("another protocol", "OPTNEG", "BYTES 485454502f312e3120343030", "1213486160"),
        arguments("another protocol", "CONNECT", "BYTES 323230206d74612e74657374", "842149920"),
        arguments("no such reply", "RCPT", "BYTES 0000000158", "unknown reply code"),
        arguments("answers twice", "HELO", "TWICE CONTINUE", "out of step"),
        arguments("answers twice", "HEADER", "TWICE CONTINUE", "out of step"),
        arguments("progress for ever", "EOM", "FOREVER PROGRESS", "progress reports included"),
        arguments("progress for ever", "HELO", "FOREVER PROGRESS", "within"),
        arguments("256 MiB", "EOM", "BYTES 1000000061, STALL", "268435456"),
        arguments("2 GiB", "MAIL", "BYTES ffffffff63, STALL", "4294967295"),
        arguments("edits for ever", "EOM", "FOREVER ADDHEADER X-First|1", "within"),
        arguments("unknown version", "OPTNEG", "OPTNEG version=7 actions=0x0 steps=0x0", "version"),
        arguments("unknown version", "OPTNEG", "OPTNEG version=1 actions=0x0 steps=0x0", "version"),
        arguments(
            "more than offered", "OPTNEG", "OPTNEG version=6 actions=0x800 steps=0x0", "0x800"));
  }

  @ParameterizedTest(name = "{0} at {1}: {2}")
  @MethodSource("faults")
  void faultEndsInTheDefaultActionAndAClearLine(
      String name, String stage, String actions, String said, Lab lab) throws Exception {
    for (FailurePolicy policy : List.of(FailurePolicy.TEMPFAIL, FailurePolicy.ACCEPT)) {
      GatewayUnderTest gateway = gateway(lab, policy, stage, actions.split(", "));

      long began = System.nanoTime();
      SmtpAnswer answer = gateway.send(Fates.MESSAGE);

      assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(AMPLE);
      assertThat(answer.toString()).startsWith(ANSWERS.get(policy));
      Fates.check(gateway, policy, answer.isPositive() ? 1 : 0);
      assertThat(onlyLine(gateway)).contains(said);
    }
  }

  @Test
  void replyTextWithLineEndsDoesNotReachTheClient(Lab lab) throws Exception {
    GatewayUnderTest gateway =
        gateway(lab, FailurePolicy.TEMPFAIL, "EOM", "REPLYCODE 550 x\\r\\n250 ok");

    SmtpAnswer answer = gateway.send(Fates.MESSAGE);

    assertThat(answer.code()).isEqualTo(550);
    assertThat(answer.lines()).noneMatch(line -> line.startsWith("250"));
    assertThat(gateway.sink().messages()).isEmpty();
    assertThat(onlyLine(gateway)).contains("reply text");
  }

  private static String onlyLine(GatewayUnderTest gateway) {
    return assertThat(gateway.logLines())
        .filteredOn(
            line -> line.matches(".* warning: (\\w+: )?milter m1: .*") && !isOfPassing(line))
        .singleElement()
        .asString()
        .actual();
  }

  private static List<String> linesOfPassing(GatewayUnderTest gateway) {
    return gateway.logLines().stream().filter(BrokenMilterIT::isOfPassing).toList();
  }

  private static boolean isOfPassing(String line) {
    return line.contains("message passes without its verdict");
  }

  private static GatewayUnderTest gateway(
      Lab lab, FailurePolicy policy, String stage, String... actions) throws Exception {
    ScriptedMilter broken = lab.add(ScriptedMilter.builder().on(stage, actions).start());
    ScriptedMilter healthy =
        lab.add(ScriptedMilter.builder().on("EOM", "ADDHEADER X-Second|1", "CONTINUE").start());
    MilterConfig first =
        MilterConfig.of("m1", broken.address())
            .with(m ->
                m.set(MilterConfig.DEFAULT_ACTION, policy)
                    .set(MilterConfig.CONNECT_TIMEOUT, LIMIT)
                    .set(MilterConfig.COMMAND_TIMEOUT, LIMIT)
                    .set(MilterConfig.CONTENT_TIMEOUT, LIMIT)
                    .set(MilterConfig.END_OF_MESSAGE_TIMEOUT, LIMIT.multipliedBy(2)));
    return GatewayUnderTest.start(
        lab, first, GatewayUnderTest.milter("m2", healthy.address().toString()));
  }
}
