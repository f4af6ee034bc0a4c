package org.miltergate.gateway.relay.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.miltergate.config.nexthop.NextHopConfig;
import org.miltergate.gateway.dns.DnsClient;
import org.miltergate.gateway.dns.MxLookup;
import org.miltergate.gateway.relay.Delivery;
import org.miltergate.gateway.relay.DeliveryKind;
import org.miltergate.gateway.relay.DeliveryResult;
import org.miltergate.gateway.relay.DeliveryResult.Delivered;
import org.miltergate.gateway.relay.Mail;
import org.miltergate.gateway.relay.MailOption;
import org.miltergate.gateway.relay.MailOrigin;
import org.miltergate.gateway.relay.MailParameters;
import org.miltergate.gateway.relay.NextHop;
import org.miltergate.gateway.relay.RecipientAnswer;
import org.miltergate.gateway.relay.RecipientCache;
import org.miltergate.gateway.relay.maildir.MaildirNextHop;
import org.miltergate.gateway.relay.peer.Connections;
import org.miltergate.gateway.relay.peer.PooledConnection;
import org.miltergate.gateway.relay.smtp.DeliveryDeadline;
import org.miltergate.milter.bytes.Bytes;
import org.miltergate.milter.mail.Recipient;
import org.miltergate.milter.mail.Sender;
import org.miltergate.milter.test.smtp.Reaction;
import org.miltergate.milter.test.smtp.SinkEvent;
import org.miltergate.milter.test.smtp.SinkMessage;
import org.miltergate.milter.test.smtp.SinkSession;

/** Recipients are offered one by one, and the message goes the same way. */
class SmtpRecipientCheckTest extends RelayFixture {

  @Test
  void messageGoesThroughTheTransactionOfItsRecipients() throws Exception {
    try (Delivery check = hop.begin(parameters(), DeliveryKind.MESSAGE)) {
      assertThat(check.offer(Mail.recipient("one@a"))).isInstanceOf(RecipientAnswer.Taken.class);
      assertThat(check.offer(Mail.recipient("two@b"))).isInstanceOf(RecipientAnswer.Taken.class);

      DeliveryResult result = deliver(check, Mail.to("one@a", "two@b"));

      assertThat(result).isInstanceOf(Delivered.class);
    }
    assertThat(sink.sessions()).hasSize(1);
    assertThat(sink.session(1).lines())
        .containsExactly(
            "EHLO gateway.example",
            "MAIL FROM:<sender@example.org> SIZE=1000",
            "RCPT TO:<one@a>",
            "RCPT TO:<two@b>",
            "DATA");
    assertThat(hop.idleConnections()).isEqualTo(1);
  }

  @ParameterizedTest(name = "{0} -> {1}")
  @CsvSource({
    "550 5.1.1 <x>: User unknown, 550 5.1.1 <x>: User unknown",
    "450 4.2.1 greylisted, 450 4.2.1 greylisted",
    "521 5.7.1 go away, 554 5.7.1 go away",
    "452 4.5.3 too many, 452 4.5.3 too many"
  })
  void clientGetsTheReplyLetterByLetter(String reply, String expected) throws Exception {
    sink.on(SinkEvent.RCPT, Reaction.reply(reply));

    try (Delivery check = hop.begin(parameters(), DeliveryKind.MESSAGE)) {
      RecipientAnswer answer = check.offer(Mail.recipient("one@a"));

      assertThat(answer).isInstanceOf(RecipientAnswer.Refused.class);
      assertThat(((RecipientAnswer.Refused) answer).reply()).hasToString(expected);
    }
  }

  @Test
  void refusedRecipientLeavesTheTransactionToTheOthers() throws Exception {
    sink.on(SinkEvent.RCPT, call -> call.line().contains("no@"), Reaction.reply("550 5.1.1 no"));

    try (Delivery check = hop.begin(parameters(), DeliveryKind.MESSAGE)) {
      check.offer(Mail.recipient("no@a"));
      check.offer(Mail.recipient("yes@b"));
      assertThat(deliver(check, Mail.to("yes@b"))).isInstanceOf(Delivered.class);
    }

    assertThat(sink.sessions()).hasSize(1);
    assertThat(sink.session(1).lines()).doesNotContain("RSET");
  }

  @Test
  void recipientThatWasNotOfferedJoinsTheTransaction() throws Exception {
    try (Delivery check = hop.begin(parameters(), DeliveryKind.MESSAGE)) {
      check.offer(Mail.recipient("one@a"));
      deliver(check, Mail.to("one@a", "added@b"));
    }

    assertThat(sink.session(1).lines())
        .containsSubsequence("RCPT TO:<one@a>", "RCPT TO:<added@b>", "DATA")
        .doesNotContain("RSET");
  }

  @Test
  void removedRecipientBeginsTheTransactionAnew() throws Exception {
    try (Delivery check = hop.begin(parameters(), DeliveryKind.MESSAGE)) {
      check.offer(Mail.recipient("one@a"));
      check.offer(Mail.recipient("removed@b"));
      deliver(check, Mail.to("one@a"));
    }

    assertThat(sink.sessions()).hasSize(1);
    assertThat(sink.session(1).lines()).containsOnlyOnce("RSET");
    assertThat(sink.awaitMessages(1).getFirst().recipients()).containsExactly("RCPT TO:<one@a>");
  }

  @Test
  void otherSenderBeginsTheTransactionAnew() throws Exception {
    Sender other = new Sender(Bytes.ofLatin1("<before@example.org>"), List.of());

    try (Delivery check = hop.begin(new MailParameters(other, Set.of(), 0), DeliveryKind.MESSAGE)) {
      check.offer(Mail.recipient("one@a"));
      deliver(check, Mail.to("one@a"));
    }

    assertThat(sink.session(1).lines())
        .containsSubsequence("MAIL FROM:<before@example.org>", "RSET");
    assertThat(sink.awaitMessages(1).getFirst().mail())
        .startsWith("MAIL FROM:<sender@example.org>");
  }

  @Test
  void closingGivesTheConnectionBack() throws Exception {
    try (Delivery check = hop.begin(parameters(), DeliveryKind.MESSAGE)) {
      check.offer(Mail.recipient("one@a"));
      assertThat(hop.idleConnections()).isZero();
    }

    assertThat(hop.idleConnections()).isEqualTo(1);
    assertThat(sink.session(1).lines()).endsWith("RSET");
  }

  @ParameterizedTest(name = "{0}")
  @ValueSource(strings = {"close", "421 4.4.2 timeout"})
  void recipientsAreOfferedAnewIfTheNextHopLostPatience(String how) throws Exception {
    Reaction ok = Reaction.reply("250 2.1.5 Ok");
    Reaction reaction =
        how.equals("close")
            ? ok.then(Reaction.close())
            : Reaction.reply("250 2.1.5 Ok", how).then(Reaction.close());
    sink.on(SinkEvent.RCPT, call -> call.session() == 1, reaction);

    try (Delivery check = hop.begin(parameters(), DeliveryKind.MESSAGE)) {
      assertThat(check.offer(Mail.recipient("one@a"))).isInstanceOf(RecipientAnswer.Taken.class);
      sink.awaitSessions("end", all -> all.getFirst().ended());
      assertThat(check.offer(Mail.recipient("two@b"))).isInstanceOf(RecipientAnswer.Taken.class);
      assertThat(deliver(check, Mail.to("one@a", "two@b"))).isInstanceOf(Delivered.class);
    }

    SinkMessage message = sink.awaitMessages(1).getFirst();
    assertThat(message.session()).isEqualTo(2);
    assertThat(message.recipients())
        .containsExactlyInAnyOrder("RCPT TO:<one@a>", "RCPT TO:<two@b>");
  }

  @Test
  void connectionIsNotHeldForASlowClient() throws Exception {
    MxLookup lookup = new MxLookup(new DnsClient(List.of(), SHORT));
    try (Connections connections = Connections.open(List.of(config()), "gw", lookup)) {
      PooledConnection held = connections.take(DeliveryDeadline.NONE, Set.of());
      connections.held().hold(held, Duration.ofMillis(50));
      sink.awaitSessions("end", all -> all.getFirst().ended());

      assertThat(connections.held().take(held)).isFalse();
      assertThat(held.smtp().isOpen()).isFalse();
    }
  }

  @Test
  void fullTransactionIsBegunAnewOnTheSameConnection() throws Exception {
    reopen(config -> config.with(NextHopConfig.Smtp.RECIPIENTS_PER_TRANSACTION, 2));

    try (Delivery check = hop.begin(parameters(), DeliveryKind.MESSAGE)) {
      for (int i = 0; i < 5; i++) {
        assertThat(check.offer(Mail.recipient("r" + i + "@a")))
            .isInstanceOf(RecipientAnswer.Taken.class);
      }
      assertThat(sink.sessions()).hasSize(1);
      deliver(check, Mail.to("r0@a", "r1@a", "r2@a", "r3@a", "r4@a"));
    }

    assertThat(sink.awaitMessages(3).stream().flatMap(m -> m.recipients().stream()))
        .containsExactlyInAnyOrder(
            "RCPT TO:<r0@a>",
            "RCPT TO:<r1@a>",
            "RCPT TO:<r2@a>",
            "RCPT TO:<r3@a>",
            "RCPT TO:<r4@a>");
  }

  @Test
  void fullTransactionOfTheNextHopIsBegunAnew() throws Exception {
    AtomicInteger inTransaction = new AtomicInteger();
    sink.on(
        SinkEvent.MAIL,
        call -> {
          inTransaction.set(0);
          return Reaction.reply("250 2.1.0 Ok");
        });
    sink.on(
        SinkEvent.RCPT,
        call ->
            inTransaction.incrementAndGet() > 2
                ? Reaction.reply("452 4.5.3 too many")
                : Reaction.reply("250 2.1.5 Ok"));

    try (Delivery check = hop.begin(parameters(), DeliveryKind.MESSAGE)) {
      for (int i = 0; i < 3; i++) {
        assertThat(check.offer(Mail.recipient("r" + i + "@a")))
            .isInstanceOf(RecipientAnswer.Taken.class);
      }
    }

    assertThat(sink.sessions()).hasSize(1);
  }

  @Test
  void unreachableNextHopIsAnAnswer() throws Exception {
    sink.close();

    try (Delivery check = hop.begin(parameters(), DeliveryKind.MESSAGE)) {
      RecipientAnswer answer = check.offer(Mail.recipient("one@a"));

      assertThat(answer).isInstanceOf(RecipientAnswer.Unavailable.class);
      assertThat(((RecipientAnswer.Unavailable) answer).reply())
          .hasToString("451 4.4.1 Next hop cannot be reached - try again later");
    }
  }

  @Test
  void refusedSenderIsAskedForOnceOnly() throws Exception {
    sink.on(SinkEvent.MAIL, Reaction.reply("550 5.1.8 bad sender"));

    try (Delivery check = hop.begin(parameters(), DeliveryKind.MESSAGE)) {
      for (String mailbox : List.of("one@a", "two@b")) {
        assertThat(((RecipientAnswer.Refused) check.offer(Mail.recipient(mailbox))).reply())
            .hasToString("550 5.1.8 bad sender");
      }
    }

    assertThat(sink.session(1).lines().stream().filter(l -> l.startsWith("MAIL"))).hasSize(1);
  }

  @Test
  void internationalRecipientNeedsTheExtensionAndOthersDoNot() throws Exception {
    sink.extensions("PIPELINING");
    MailParameters mail = new MailParameters(parameters().sender(), Set.of(MailOption.SMTPUTF8), 0);
    Recipient international = new Recipient(Bytes.ofUtf8("<ü@a>"), List.of());

    try (Delivery check = hop.begin(mail, DeliveryKind.MESSAGE)) {
      assertThat(((RecipientAnswer.Refused) check.offer(international)).reply().toString())
          .startsWith("553 5.6.7 SMTPUTF8 is required");
      assertThat(check.offer(Mail.recipient("one@a"))).isInstanceOf(RecipientAnswer.Taken.class);
    }
  }

  @Test
  void answersAboutAddressesAreRemembered() throws Exception {
    sink.on(SinkEvent.RCPT, call -> call.line().contains("no@"), Reaction.reply("550 5.1.1 no"));
    sink.on(SinkEvent.RCPT, call -> call.line().contains("spam"), Reaction.reply("550 5.7.1 no"));
    sink.on(SinkEvent.RCPT, call -> call.line().contains("grey"), Reaction.reply("450 4.2.0 no"));
    RecipientCache cache = new RecipientCache(Duration.ofMinutes(1));

    for (int i = 0; i < 3; i++) {
      try (Delivery check = hop.begin(parameters(), DeliveryKind.MESSAGE)) {
        for (String mailbox : List.of("yes@a", "no@a", "no@A", "spam@a", "grey@a")) {
          cache.ask(check, parameters().sender(), MailOrigin.GATEWAY, Mail.recipient(mailbox));
        }
      }
    }

    List<String> asked =
        sink.session(1).lines().stream().filter(line -> line.startsWith("RCPT")).toList();
    assertThat(asked).filteredOn(line -> line.contains("yes")).hasSize(1);
    assertThat(asked).filteredOn(line -> line.contains("no@")).hasSize(1);
    assertThat(asked).filteredOn(line -> line.contains("spam")).hasSize(3);
    assertThat(asked).filteredOn(line -> line.contains("grey")).hasSize(3);
  }

  @Test
  void knownRecipientNeedsNoConnectionBeforeTheMessage() throws Exception {
    RecipientCache cache = new RecipientCache(Duration.ofMinutes(1));
    for (int i = 0; i < 2; i++) {
      reopen(config -> config);
      try (Delivery check = hop.begin(parameters(), DeliveryKind.MESSAGE)) {
        cache.ask(check, parameters().sender(), MailOrigin.GATEWAY, Mail.recipient("one@a"));
        assertThat(sink.sessions()).hasSize(1);
        if (i == 1) {
          assertThat(deliver(check, Mail.to("one@a"))).isInstanceOf(Delivered.class);
        }
      }
    }
  }

  @Test
  void nullSenderIsRememberedApart() throws Exception {
    Sender nobody = new Sender(Bytes.ofLatin1("<>"), List.of());
    RecipientCache cache = new RecipientCache(Duration.ofMinutes(1));

    for (Sender sender : List.of(parameters().sender(), nobody)) {
      try (Delivery check =
          hop.begin(new MailParameters(sender, Set.of(), 0), DeliveryKind.MESSAGE)) {
        cache.ask(check, sender, MailOrigin.GATEWAY, Mail.recipient("one@a"));
      }
    }

    assertThat(sink.session(1).lines().stream().filter(l -> l.startsWith("RCPT"))).hasSize(2);
  }

  @Test
  void clientsThatIdleHoldNoMoreThanSoManyConnections() throws Exception {
    int many = Connections.MOST_HELD + 5;
    List<Delivery> idle = new ArrayList<>();
    for (int i = 0; i < many; i++) {
      Delivery check = hop.begin(parameters(), DeliveryKind.MESSAGE);
      idle.add(check);
      assertThat(check.offer(Mail.recipient("one@a"))).isInstanceOf(RecipientAnswer.Taken.class);
    }

    sink.awaitSessions(
        "the oldest are given up",
        all ->
            all.stream()
                .filter(SinkSession::ended)
                .map(SinkSession::number)
                .toList()
                .equals(List.of(1, 2, 3, 4, 5)));

    // Those that lost theirs go on anyway, and cost the next ones theirs.
    assertThat(idle.get(0).offer(Mail.recipient("two@b")))
        .isInstanceOf(RecipientAnswer.Taken.class);
    assertThat(deliver(idle.get(0), Mail.to("one@a", "two@b"))).isInstanceOf(Delivered.class);
    assertThat(deliver(idle.get(1), Mail.to("one@a"))).isInstanceOf(Delivered.class);
    assertThat(deliver(idle.getLast(), Mail.to("one@a"))).isInstanceOf(Delivered.class);
    idle.forEach(Delivery::close);
    assertThat(sink.session(many).lines()).containsOnlyOnce("DATA").doesNotContain("RSET");
  }

  @Test
  void maildirTakesAnyRecipient() throws Exception {
    try (NextHop maildir =
            MaildirNextHop.open(
                NextHopConfig.Maildir.of(spool.resolve("maildir")), "gateway.example", spool);
        Delivery check = maildir.begin(parameters(), DeliveryKind.MESSAGE)) {
      assertThat(check.offer(Mail.recipient("one@a"))).isInstanceOf(RecipientAnswer.Taken.class);
      assertThat(deliver(check, Mail.to("one@a"))).isInstanceOf(Delivered.class);
    }
  }

  private static MailParameters parameters() {
    Sender sender = new Sender(Bytes.ofLatin1("<sender@example.org>"), List.of());
    return new MailParameters(sender, Set.of(), 1000);
  }
}
