package org.miltergate.gateway.relay.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.miltergate.address.HostPort;
import org.miltergate.config.nexthop.NextHopConfig;
import org.miltergate.config.nexthop.NextHopTarget;
import org.miltergate.config.nexthop.NextHopTimeouts;
import org.miltergate.gateway.relay.DeliveryResult;
import org.miltergate.gateway.relay.DeliveryResult.Unavailable;
import org.miltergate.gateway.relay.Mail;
import org.miltergate.gateway.relay.RecipientResult;
import org.miltergate.gateway.relay.RecipientResult.Status;
import org.miltergate.milter.body.Body;
import org.miltergate.milter.body.BodyStore;
import org.miltergate.milter.bytes.Bytes;
import org.miltergate.milter.test.smtp.Reaction;
import org.miltergate.milter.test.smtp.SinkEvent;
import org.miltergate.milter.test.smtp.SinkMessage;
import org.miltergate.milter.test.smtp.SinkSession;

/** Every way in which a next hop can fail, at each step: the client is told to try again. */
class NextHopFaultsTest extends RelayFixture {
  private static final Map<SinkEvent, String> STEPS = new LinkedHashMap<>();

  static {
    STEPS.put(SinkEvent.CONNECT, "receiving the initial server greeting");
    STEPS.put(SinkEvent.EHLO, "performing the EHLO handshake");
    STEPS.put(SinkEvent.MAIL, "sending MAIL FROM");
    STEPS.put(SinkEvent.RCPT, "sending RCPT TO");
    STEPS.put(SinkEvent.DATA, "sending DATA command");
    STEPS.put(SinkEvent.END_OF_DATA, "sending end of data -- message may be sent more than once");
  }

  static List<Arguments> faults() {
    Reaction slow = Reaction.drip("250 as slow as can be\r\n", Duration.ofMillis(200));
    Map<Reaction, String> faults = new LinkedHashMap<>();
    faults.put(Reaction.close(), "451 4.4.2 Connection to next hop was lost - try again later");
    faults.put(Reaction.reset(), "451 4.4.2 Connection to next hop was lost - try again later");
    faults.put(Reaction.raw("25").then(Reaction.close()), "451 4.4.2 Connection");
    faults.put(Reaction.stall(), "451 4.4.2 Next hop timed out - try again later");
    faults.put(Reaction.raw("25").then(Reaction.stall()), "451 4.4.2 Next hop timed out");
    faults.put(slow, "451 4.4.2 Next hop timed out");
    faults.put(
        Reaction.reply("hello").then(Reaction.close()),
        "451 4.5.0 Next hop sent no valid reply - try again later");
    faults.put(Reaction.raw("600 \0\r\n".repeat(200)), "451 4.5.0");
    List<Arguments> all = new ArrayList<>();
    for (SinkEvent event : STEPS.keySet()) {
      faults.forEach((fault, reply) -> all.add(Arguments.of(event, fault, reply)));
    }
    return all;
  }

  @ParameterizedTest(name = "{0} {1}")
  @MethodSource("faults")
  void clientIsToldToTryAgain(SinkEvent event, Reaction fault, String reply) throws Exception {
    // Only where time has to run out is it short, or a busy machine would fail the rest.
    reopen(config -> reply.contains("timed out") ? withShortLimit(config, event) : config);
    sink.on(event, fault);

    DeliveryResult result = hop.deliver(Mail.to("one@example.net"));

    assertThat(result).isInstanceOf(Unavailable.class);
    assertThat(replyOf(result)).startsWith(reply);
    assertThat(((Unavailable) result).cause()).contains(STEPS.get(event), "127.0.0.1");
    assertThat(result.recipients())
        .extracting(RecipientResult::status)
        .containsExactly(Status.DEFERRED);
    assertThat(hop.idleConnections()).isZero();
    if (event != SinkEvent.END_OF_DATA) {
      assertThat(sink.messages()).isEmpty();
    }
  }

  private static NextHopConfig.Smtp withShortLimit(NextHopConfig.Smtp config, SinkEvent event) {
    NextHopTimeouts timeouts =
        config
            .timeouts()
            .with(limits -> {
              switch (event) {
                case CONNECT, EHLO -> limits.set(NextHopTimeouts.HELO, SHORT);
                case MAIL -> limits.set(NextHopTimeouts.MAIL, SHORT);
                case RCPT -> limits.set(NextHopTimeouts.RCPT, SHORT);
                case DATA -> limits.set(NextHopTimeouts.DATA_INIT, SHORT);
                default -> limits.set(NextHopTimeouts.DATA_DONE, SHORT);
              }
            });
    return config.with(NextHopConfig.Smtp.TIMEOUTS, timeouts);
  }

  static List<SinkEvent> events() {
    return List.copyOf(STEPS.keySet());
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("events")
  void a421IsNotPassedOn(SinkEvent event) throws Exception {
    sink.on(event, Reaction.reply("421 4.3.2 shutting down").then(Reaction.close()));

    DeliveryResult result = hop.deliver(Mail.to("one@example.net"));

    assertThat(replyOf(result))
        .isEqualTo("451 4.4.2 Connection to next hop was lost - try again later");
    assertThat(((Unavailable) result).cause())
        .contains("said: 421 4.3.2 shutting down (in reply to");
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("events")
  void inLockStepTheSameIsSeen(SinkEvent event) throws Exception {
    sink.extensions();
    sink.on(event, Reaction.close());

    DeliveryResult result = hop.deliver(Mail.to("one@example.net", "two@example.net"));

    assertThat(replyOf(result)).startsWith("451 4.4.2");
    assertThat(((Unavailable) result).cause()).contains(STEPS.get(event));
  }

  @Test
  void nobodyListens() throws Exception {
    int free;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      free = socket.getLocalPort();
    }
    reopen(config ->
        config.with(c ->
            c.set(
                    NextHopConfig.Smtp.TARGET,
                    new NextHopTarget.Host(new HostPort("127.0.0.1", free)))
                .set(NextHopConfig.Smtp.IDLE_TIME, Duration.ZERO)));

    DeliveryResult result = hop.deliver(Mail.to("one@example.net"));

    assertThat(replyOf(result)).isEqualTo("451 4.4.1 Next hop cannot be reached - try again later");
    assertThat(((Unavailable) result).cause())
        .isEqualTo("connect to 127.0.0.1:" + free + ": Connection refused");
    assertThat(result.recipients().getFirst().relay()).isEqualTo("none");
    assertThat(result.recipients().getFirst().dsn()).isEqualTo("4.4.1");
  }

  @Test
  void refusalOfUsIsNoRefusalOfTheMessage() throws Exception {
    sink.on(SinkEvent.CONNECT, Reaction.reply("554 5.7.1 go away").then(Reaction.close()));

    DeliveryResult result = hop.deliver(Mail.to("one@example.net"));

    assertThat(replyOf(result)).startsWith("451 4.4.1");
    assertThat(((Unavailable) result).cause())
        .endsWith("said: 554 5.7.1 go away (in reply to initial greeting)");
  }

  @Test
  void nextHopThatStopsReadingTheMessage() throws Exception {
    reopen(config ->
        config.with(
            NextHopConfig.Smtp.TIMEOUTS, config.timeouts().with(NextHopTimeouts.DATA_XFER, SHORT)));
    sink.on(SinkEvent.DATA, Reaction.reply("354 go").then(Reaction.stall()));

    DeliveryResult result = hop.deliver(Mail.message(large(), Set.of()));

    assertThat(replyOf(result)).startsWith("451 4.4.2 Next hop timed out");
    assertThat(((Unavailable) result).cause()).contains("timed out while sending message body");
  }

  @Test
  void nextHopThatEndsWithinTheMessage() throws Exception {
    sink.on(SinkEvent.DATA, Reaction.reply("354 go").then(Reaction.close()));

    DeliveryResult result = hop.deliver(Mail.message(large(), Set.of()));

    assertThat(replyOf(result)).startsWith("451 4.4.2 Connection to next hop was lost");
    assertThat(((Unavailable) result).cause()).contains("while sending message body");
  }

  static List<Reaction> endsAfterARefusal() {
    return List.of(
        Reaction.stall(),
        Reaction.close(),
        Reaction.pause(SHORT).then(Reaction.reset()),
        Reaction.reply("421 4.3.2 closing").then(Reaction.close()));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("endsAfterARefusal")
  void refusalWithinTheMessageIsTakenForOne(Reaction end) throws Exception {
    sink.on(
        SinkEvent.DATA,
        Reaction.reply("354 go").then(Reaction.reply("552 5.3.4 too large")).then(end));

    DeliveryResult result = hop.deliver(Mail.message(large(), Set.of()));

    assertThat(result).isInstanceOf(DeliveryResult.Refused.class);
    assertThat(replyOf(result)).isEqualTo("552 5.3.4 too large");
    assertThat(hop.idleConnections()).isZero();
  }

  @Test
  void unreadableBodyClosesTheConnectionWithoutADot() throws Exception {
    Body body = large().body();
    var message = Mail.withBody(body, "one@example.net");
    body.close();

    assertThatThrownBy(() -> hop.deliver(Mail.message(message, Set.of())))
        .isInstanceOf(IllegalStateException.class);

    List<SinkSession> sessions =
        sink.awaitSessions("end", all -> !all.isEmpty() && all.getFirst().ended());
    assertThat(sessions.getFirst().closedByClient()).isTrue();
    assertThat(sink.messages()).isEmpty();
  }

  @Test
  void unknownOutcomeIsToldAsTemporary() throws Exception {
    sink.on(SinkEvent.END_OF_DATA, Reaction.close());

    DeliveryResult result = hop.deliver(Mail.to("one@example.net"));

    List<SinkMessage> arrived = sink.awaitMessages(1);
    assertThat(arrived).hasSize(1);
    assertThat(((Unavailable) result).reply().code()).isEqualTo(451);
    assertThat(((Unavailable) result).cause()).contains("message may be sent more than once");
  }

  private org.miltergate.milter.mail.MailMessage large() throws Exception {
    BodyStore store = new BodyStore(spool, 1 << 20);
    try (BodyStore.Writer writer = store.writer()) {
      Bytes line = Bytes.ofLatin1("x".repeat(998) + "\r\n");
      for (int i = 0; i < 32 * 1024; i++) {
        writer.write(line);
      }
      return Mail.withBody(writer.finish(), "one@example.net");
    }
  }
}
