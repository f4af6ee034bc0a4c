package org.miltergate.it.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.miltergate.config.MilterConfig;
import org.miltergate.it.smtp.SmtpAnswer;
import org.miltergate.it.smtp.SmtpDialogue;
import org.miltergate.milter.chain.ChainListener;
import org.miltergate.milter.session.FailurePolicy;
import org.miltergate.milter.test.ScriptedMilter;
import org.miltergate.milter.wire.Command;
import org.miltergate.milter.wire.Reply;
import org.miltergate.peers.milters.CompiledFilter;
import org.miltergate.peers.milters.RealMilter;
import org.miltergate.peers.process.Lab;
import org.miltergate.peers.process.LabExtension;

/**
 * The first of two milters, a process on libmilter, is killed: before it is dialled, between any
 * two stages, in the middle of the content, and in the middle of its edits.
 *
 * <p>A client connects and sends two messages. The replies it gets are as documented for each
 * default action; no message with a 250 is lost, and none has half of the edits.
 */
@ExtendWith(LabExtension.class)
class MilterKilledIT {

  /** When the milter is killed: between two commands of the client, or while it is at work. */
  enum Moment {
    BEFORE_DIAL,
    BEHIND_CONNECT,
    BEHIND_HELO,
    BEHIND_MAIL,
    BEHIND_RCPT,
    BEHIND_DATA,
    IN_CONTENT,
    IN_EDITS
  }

  private static final String PASSES = "220 250 | 250 250 354 250 | 250 250 354 250";

  /** The client's replies: greeting and EHLO; MAIL, RCPT, DATA and the final dot, twice. */
  private static String expected(FailurePolicy policy, Moment moment) {
    return switch (policy) {
      case ACCEPT, QUARANTINE -> PASSES;
      case TEMPFAIL ->
          switch (moment) {
            case BEFORE_DIAL, BEHIND_CONNECT, BEHIND_HELO -> "220 250 | 451 | 451";
            case BEHIND_MAIL -> "220 250 | 250 451 | 451";
            case BEHIND_RCPT -> "220 250 | 250 250 451 | 451";
            case BEHIND_DATA, IN_CONTENT, IN_EDITS -> "220 250 | 250 250 354 451 | 451";
          };
      case REJECT ->
          switch (moment) {
            case BEFORE_DIAL -> "554 250 | 550 | 550";
            case BEHIND_CONNECT -> "220 250 | 550 | 550";
            case BEHIND_HELO -> "220 250 | 550 | 550";
            case BEHIND_MAIL -> "220 250 | 250 550 | 550";
            case BEHIND_RCPT -> "220 250 | 250 250 550 | 550";
            case BEHIND_DATA, IN_CONTENT, IN_EDITS -> "220 250 | 250 250 354 550 | 550";
          };
      case SHUTDOWN ->
          switch (moment) {
            case BEFORE_DIAL -> "421";
            case BEHIND_CONNECT -> "220 421";
            case BEHIND_HELO -> "220 250 | 421";
            case BEHIND_MAIL -> "220 250 | 250 421";
            case BEHIND_RCPT -> "220 250 | 250 250 421";
            case BEHIND_DATA, IN_CONTENT, IN_EDITS -> "220 250 | 250 250 354 421";
          };
    };
  }

  /** Kills the milter as soon as it has come to the middle of what it does. */
  private static final class Killer implements ChainListener {
    private final RealMilter victim;
    private final Moment moment;
    private final CountDownLatch killed = new CountDownLatch(1);

    Killer(RealMilter victim, Moment moment) {
      this.victim = victim;
      this.moment = moment;
    }

    @Override
    public void told(String milter, Command command) {
      if (milter.equals("m1") && moment == Moment.IN_CONTENT && command instanceof Command.Body) {
        kill();
      }
    }

    @Override
    public void said(String milter, Reply reply) {
      if (milter.equals("m1") && reply instanceof Reply.ReplaceBody) {
        kill();
      }
    }

    void at(Moment now) {
      if (now == moment) {
        kill();
      }
    }

    private void kill() {
      victim.kill();
      killed.countDown();
    }

    boolean hasKilled() {
      return killed.getCount() == 0;
    }
  }

  static Stream<Arguments> cases() {
    return Stream.of(Moment.values())
        .flatMap(moment -> Stream.of(FailurePolicy.values()).map(at -> Arguments.of(moment, at)));
  }

  @ParameterizedTest(name = "{0} {1}")
  @MethodSource("cases")
  void clientHearsWhatTheDefaultActionSays(Moment moment, FailurePolicy policy, Lab lab)
      throws Exception {
    RealMilter victim = lab.start(folder -> CompiledFilter.start(folder, words(moment)));
    Killer killer = new Killer(victim, moment);
    ScriptedMilter healthy =
        lab.add(ScriptedMilter.builder().on("EOM", "ADDHEADER X-Second|1", "CONTINUE").start());
    GatewayUnderTest gateway =
        GatewayUnderTest.start(
            lab,
            List.of(
                GatewayUnderTest.milter("m1", victim.address())
                    .with(MilterConfig.DEFAULT_ACTION, policy),
                GatewayUnderTest.milter("m2", healthy.address().toString())),
            config -> {},
            killer);

    String heard = talk(gateway, killer);

    assertThat(killer.hasKilled()).isTrue();
    assertThat(heard).isEqualTo(expected(policy, moment));
    Fates.check(gateway, policy, heard.split(" 354 250", -1).length - 1);
    assertThat(gateway.logLines())
        .filteredOn(
            line -> line.matches(".* warning: (\\w+: )?milter m1: .*") && !isOfPassing(line))
        .singleElement()
        .asString()
        .contains("default-action=" + policy.name().toLowerCase(Locale.ROOT));
    assertThat(gateway.logLines())
        .filteredOn(MilterKilledIT::isOfPassing)
        .hasSize(policy == FailurePolicy.ACCEPT ? gateway.sink().messages().size() : 0);
  }

  private static boolean isOfPassing(String line) {
    return line.contains("message passes without its verdict");
  }

  private static String[] words(Moment moment) {
    List<String> words = new ArrayList<>(List.of("addheader=X-First:1", "replbody=half\\n"));
    switch (moment) {
      case IN_CONTENT -> words.add("sleep=body:60000");
      case IN_EDITS -> words.add("wait=60000");
      default -> {
        // It is waiting for a command when it is killed.
      }
    }
    return words.toArray(String[]::new);
  }

  private static String talk(GatewayUnderTest gateway, Killer killer) throws IOException {
    StringBuilder heard = new StringBuilder();
    killer.at(Moment.BEFORE_DIAL);
    try (SmtpDialogue smtp = gateway.connect()) {
      heard.append(smtp.greeting().code());
      killer.at(Moment.BEHIND_CONNECT);
      if (hear(heard, smtp.send("EHLO client.test"))) {
        killer.at(Moment.BEHIND_HELO);
      }
      for (int i = 0; i < 2; i++) {
        message(smtp, killer, heard);
      }
    }
    return heard.toString();
  }

  private static void message(SmtpDialogue smtp, Killer killer, StringBuilder heard)
      throws IOException {
    int before = heard.length();
    heard.append(" |");
    if (!hear(heard, smtp.send("MAIL FROM:<alice@client.test>"))) {
      if (heard.length() == before + 2) {
        heard.setLength(before); // it had hung up
      }
      return;
    }
    killer.at(Moment.BEHIND_MAIL);
    if (!hear(heard, smtp.send("RCPT TO:<bob@remote.test>"))) {
      smtp.send("RSET");
      return;
    }
    killer.at(Moment.BEHIND_RCPT);
    if (!hear(heard, smtp.send("DATA"))) {
      smtp.send("RSET");
      return;
    }
    killer.at(Moment.BEHIND_DATA);
    hear(heard, smtp.sendContent(Fates.MESSAGE));
  }

  /** Notes the code, if there is an answer; tells whether it is positive. */
  private static boolean hear(StringBuilder heard, SmtpAnswer answer) {
    if (answer.equals(SmtpAnswer.CLOSED)) {
      return false;
    }
    heard.append(' ').append(answer.code());
    if (answer.code() >= 400) {
      assertThat(answer.lines())
          .containsExactly(
              switch (answer.code()) {
                case 451 -> "451 4.7.1 Service unavailable - try again later";
                case 550 -> "550 5.5.0 Service unavailable";
                case 421 -> "421 4.7.1 Service unavailable - try again later";
                default -> "(none of these)";
              });
    }
    return answer.isPositive();
  }
}
