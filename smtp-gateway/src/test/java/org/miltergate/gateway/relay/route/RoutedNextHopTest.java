package org.miltergate.gateway.relay.route;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.miltergate.config.nexthop.NextHopConfig;
import org.miltergate.config.nexthop.RouteClients;
import org.miltergate.config.nexthop.RouteConfig;
import org.miltergate.config.nexthop.RouteRecipient;
import org.miltergate.gateway.dns.DnsClient;
import org.miltergate.gateway.dns.DnsServer;
import org.miltergate.gateway.dns.MxLookup;
import org.miltergate.gateway.relay.Delivery;
import org.miltergate.gateway.relay.DeliveryResult;
import org.miltergate.gateway.relay.DeliveryResult.Delivered;
import org.miltergate.gateway.relay.DeliveryResult.Refused;
import org.miltergate.gateway.relay.DeliveryResult.Unavailable;
import org.miltergate.gateway.relay.Mail;
import org.miltergate.gateway.relay.MailOrigin;
import org.miltergate.gateway.relay.MailParameters;
import org.miltergate.gateway.relay.NextHop;
import org.miltergate.gateway.relay.OutboundMessage;
import org.miltergate.gateway.relay.RecipientAnswer;
import org.miltergate.gateway.relay.RecipientResult;
import org.miltergate.gateway.relay.RecipientResult.Status;
import org.miltergate.gateway.relay.delivery.BouncingNotice;
import org.miltergate.milter.test.smtp.Reaction;
import org.miltergate.milter.test.smtp.ScriptedSmtpSink;
import org.miltergate.milter.test.smtp.SinkEvent;
import org.miltergate.milter.test.smtp.SinkMessage;

/** Recipients of one message go different ways: by SMTP, by LMTP, and into a Maildir. */
@Timeout(60)
class RoutedNextHopTest {
  @TempDir Path directory;
  private ScriptedSmtpSink smtp;
  private ScriptedSmtpSink lmtp;
  private NextHop hop;
  private BouncingNotice notice;

  @BeforeEach
  void start() throws Exception {
    smtp = ScriptedSmtpSink.start();
    lmtp = ScriptedSmtpSink.start();
    open(
        List.of(
            route("lmtp://127.0.0.1:" + lmtp.port(), "lmtp.example"),
            route("maildir:" + directory.resolve("mail"), "dir.example")),
        new MxLookup(new DnsClient(List.of(), Duration.ofSeconds(1))));
  }

  private void open(List<RouteConfig> routes, MxLookup lookup) throws Exception {
    hop =
        NextHops.open(
            NextHopConfig.parse("smtp://127.0.0.1:" + smtp.port()),
            routes,
            "gateway.example",
            directory.resolve("spool"),
            lookup);
    notice = new BouncingNotice(hop);
  }

  private static RouteConfig route(String nextHop, String recipient) {
    return RouteConfig.to(NextHopConfig.parseForRoute(nextHop))
        .with(RouteConfig.RECIPIENTS, List.of(RouteRecipient.parse(recipient)));
  }

  @AfterEach
  void stop() throws Exception {
    hop.close();
    smtp.close();
    lmtp.close();
  }

  private DeliveryResult deliver() throws Exception {
    return notice.deliver(hop, notice.to("a@smtp.example", "b@lmtp.example", "c@dir.example"));
  }

  private static long count(ScriptedSmtpSink sink, String mailbox) {
    return sink.messages().stream()
        .filter(SinkMessage::accepted)
        .map(SinkMessage::recipients)
        .filter(to -> to.contains("RCPT TO:<" + mailbox + ">"))
        .count();
  }

  private long files() throws IOException {
    try (Stream<Path> all = Files.walk(directory.resolve("mail"))) {
      return all.filter(Files::isRegularFile).count();
    }
  }

  private void assertEachHasItOnce() throws Exception {
    assertThat(count(smtp, "a@smtp.example")).isEqualTo(1);
    assertThat(count(lmtp, "b@lmtp.example")).isEqualTo(1);
    assertThat(files()).isEqualTo(1);
  }

  @Test
  void eachRecipientGoesItsOwnWay() throws Exception {
    DeliveryResult result = deliver();

    assertThat(result).isInstanceOf(Delivered.class);
    assertThat(result.recipients()).extracting(RecipientResult::status).containsOnly(Status.SENT);
    assertThat(result.recipients().get(0).relay()).endsWith(":" + smtp.port());
    assertThat(result.recipients().get(1).relay()).endsWith(":" + lmtp.port());
    assertThat(result.recipients().get(2).relay()).isEqualTo("maildir");
    assertEachHasItOnce();
    assertThat(smtp.messages()).hasSize(1);
  }

  /** With one way, DATA would follow the only recipient in one write. */
  @Test
  void noWayHearsDataBeforeTheRecipientsOfTheOthersAreAsked() throws Exception {
    AtomicBoolean early = new AtomicBoolean();
    lmtp.on(
        SinkEvent.RCPT,
        call -> {
          early.set(
              smtp.sessions().stream()
                  .flatMap(session -> session.lines().stream())
                  .anyMatch("DATA"::equals));
          return Reaction.reply("250 2.1.5 Ok");
        });

    assertThat(deliver()).isInstanceOf(Delivered.class);
    assertThat(early).isFalse();
    assertEachHasItOnce();
  }

  @ParameterizedTest(name = "{0} at {1}: {2}")
  @CsvSource({
    "smtp, RCPT, 450 4.2.0 later",
    "lmtp, RCPT, 450 4.2.0 later",
    "smtp, DATA, 451 4.3.0 later",
    "lmtp, DATA, 451 4.3.0 later",
    "smtp, MAIL, 421 4.3.2 later",
    "smtp, END_OF_DATA, 451 4.3.0 later",
    "lmtp, END_OF_DATA, 451 4.3.0 later",
  })
  void temporaryFailureOfOneWayIsTriedAgainAndNobodyGetsItTwice(
      String way, SinkEvent event, String reply) throws Exception {
    AtomicBoolean failing = new AtomicBoolean(true);
    Reaction reaction =
        reply.startsWith("421")
            ? Reaction.reply(reply).then(Reaction.close())
            : Reaction.reply(reply);
    sink(way).on(event, call -> failing.get(), reaction);

    DeliveryResult first = deliver();
    DeliveryResult second = deliver();
    failing.set(false);
    DeliveryResult third = deliver();

    assertThat(first).isNotInstanceOf(Delivered.class);
    assertThat(reply(first)).startsWith("4");
    assertThat(reply(second)).startsWith("4");
    assertThat(third).isInstanceOf(Delivered.class);
    assertThat(notice.given()).isEmpty();
    assertEachHasItOnce();
  }

  @ParameterizedTest(name = "{0} at {1}")
  @CsvSource({"smtp, RCPT", "lmtp, RCPT", "lmtp, DATA", "smtp, END_OF_DATA", "lmtp, END_OF_DATA"})
  void finalRefusalOfOneWayIsBouncedAndTheOthersGetIt(String way, SinkEvent event)
      throws Exception {
    String refused = way.equals("smtp") ? "a@smtp.example" : "b@lmtp.example";
    AtomicBoolean bouncing = new AtomicBoolean();
    sink(way)
        .on(
            event,
            call -> !bouncing.getAndSet(true) || way.equals("lmtp"),
            Reaction.reply("550 5.7.1 not here"));

    DeliveryResult result = deliver();

    assertThat(result).isInstanceOf(Delivered.class);
    assertThat(notice.given()).containsExactly(List.of(refused));
    assertThat(result.recipients())
        .filteredOn(one -> one.status() == Status.BOUNCED)
        .extracting(one -> one.recipient().mailbox().toString())
        .containsExactly(refused);
    assertThat(count(smtp, "a@smtp.example")).isEqualTo(way.equals("smtp") ? 0 : 1);
    assertThat(count(lmtp, "b@lmtp.example")).isEqualTo(way.equals("lmtp") ? 0 : 1);
    assertThat(files()).isEqualTo(1);
  }

  @Test
  void wayThatIsDownKeepsTheMessageFromAll() throws Exception {
    lmtp.close();

    DeliveryResult result = deliver();

    assertThat(result).isInstanceOf(Unavailable.class);
    assertThat(reply(result)).startsWith("451 4.4.1");
    assertThat(smtp.messages()).isEmpty();
    assertThat(files()).isZero();
  }

  @Test
  void maildirThatCannotBeWrittenKeepsTheMessageFromAll() throws Exception {
    for (String name : List.of("tmp", "new", "cur")) {
      Files.delete(directory.resolve("mail").resolve(name));
    }
    Files.delete(directory.resolve("mail"));
    Files.writeString(directory.resolve("mail"), "in the way");

    assertThat(reply(deliver())).startsWith("451 4.3.0");

    Files.delete(directory.resolve("mail"));
    assertThat(deliver()).isInstanceOf(Delivered.class);
    assertEachHasItOnce();
  }

  @Test
  void refusalOfAllWaysIsTheClients() throws Exception {
    smtp.on(SinkEvent.RCPT, Reaction.reply("550 5.1.1 no"));
    lmtp.on(SinkEvent.RCPT, Reaction.reply("551 5.1.6 no"));

    DeliveryResult result = notice.deliver(hop, notice.to("a@smtp.example", "b@lmtp.example"));

    assertThat(result).isInstanceOf(Refused.class);
    assertThat(reply(result)).isEqualTo("550 5.1.1 no");
    assertThat(notice.given()).isEmpty();
  }

  @Test
  void recipientIsOfferedToItsOwnNextHop() throws Exception {
    lmtp.on(SinkEvent.RCPT, Reaction.reply("550 5.1.1 no"));

    try (Delivery delivery = hop.begin(parameters(), MailOrigin.GATEWAY)) {
      assertThat(delivery.offer(Mail.recipient("a@smtp.example")))
          .isInstanceOf(RecipientAnswer.Taken.class);
      assertThat(delivery.offer(Mail.recipient("b@lmtp.example")))
          .isInstanceOf(RecipientAnswer.Refused.class);
      assertThat(delivery.offer(Mail.recipient("c@dir.example")))
          .isInstanceOf(RecipientAnswer.Taken.class);
    }
  }

  @Test
  void mailOfUsersGoesToTheWorldAndThatOfStrangersToTheMailboxes() throws Exception {
    hop.close();
    try (DnsServer dns = DnsServer.start()) {
      dns.mx("world.example", 10, "mx.world.example").address("mx.world.example", "127.0.0.1");
      RouteConfig world =
          RouteConfig.to(NextHopConfig.parseForRoute("mx::" + lmtp.port()))
              .with(RouteConfig.CLIENTS, List.of(RouteClients.LOGGED_IN));
      open(List.of(world), lookup(dns));

      assertThat(deliver(new MailOrigin("smtp", true, false), "a@world.example"))
          .isInstanceOf(Delivered.class);
      assertThat(deliver(new MailOrigin("smtp", false, true), "a@world.example"))
          .isInstanceOf(Delivered.class);

      assertThat(count(lmtp, "a@world.example")).isEqualTo(1);
      assertThat(count(smtp, "a@world.example")).isEqualTo(1);
    }
  }

  @Test
  void domainOfTheRecipientThatDoesNotExistIsRefusedForGood() throws Exception {
    hop.close();
    try (DnsServer dns = DnsServer.start()) {
      dns.mx("good.example", 10, "mx.good.example").address("mx.good.example", "127.0.0.1");
      open(List.of(RouteConfig.to(NextHopConfig.parseForRoute("mx::" + lmtp.port()))), lookup(dns));

      try (Delivery delivery = hop.begin(parameters(), MailOrigin.GATEWAY)) {
        assertThat(delivery.offer(Mail.recipient("a@nowhere.example")))
            .isInstanceOfSatisfying(
                RecipientAnswer.Refused.class,
                refused -> assertThat(refused.reply().code()).isEqualTo(550));
        assertThat(delivery.offer(Mail.recipient("a@good.example")))
            .isInstanceOf(RecipientAnswer.Taken.class);
      }
    }
  }

  private static MxLookup lookup(DnsServer dns) {
    return new MxLookup(new DnsClient(List.of(dns.address()), Duration.ofSeconds(10)));
  }

  private DeliveryResult deliver(MailOrigin origin, String mailbox) throws Exception {
    OutboundMessage message = notice.to(mailbox);
    try (Delivery delivery = hop.begin(MailParameters.of(message), origin)) {
      return notice.deliver(delivery, message);
    }
  }

  private static MailParameters parameters() throws Exception {
    return MailParameters.of(Mail.to("a@smtp.example"));
  }

  private ScriptedSmtpSink sink(String way) {
    return way.equals("smtp") ? smtp : lmtp;
  }

  private static String reply(DeliveryResult result) {
    return switch (result) {
      case Delivered delivered -> delivered.reply().toString();
      case Refused refused -> refused.reply().toString();
      case Unavailable unavailable -> unavailable.reply().toString();
    };
  }
}
