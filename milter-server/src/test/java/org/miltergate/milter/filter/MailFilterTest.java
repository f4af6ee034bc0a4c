package org.miltergate.milter.filter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.miltergate.milter.body.BodyStore;
import org.miltergate.milter.filter.SizeLimit.Excess;

class MailFilterTest {
  private static TransactionBuilder message() {
    return MailTransaction.builder()
        .recipient("b@example.net")
        .message("From: a@example.org\nTo: b@example.net\nSubject: hello\n\nfirst\nsecond\n");
  }

  private static FilterResult run(Filter filter, TransactionBuilder transaction) throws Exception {
    return MailFilter.builder(filter).build().decide(transaction);
  }

  @Test
  void knowsEverythingAtTheEndOfTheMessage() throws Exception {
    List<String> seen = new ArrayList<>();
    TransactionBuilder transaction =
        message()
            .client("mail.example.org", "2001:db8::1")
            .helo("mail.example.org")
            .sender("a@example.org", "SIZE=100", "BODY=8BITMIME")
            .recipient("c@bücher.example", "NOTIFY=NEVER")
            .authenticatedUser("anna")
            .queueId("4bX1")
            .tls("TLSv1.3", "TLS_AES_256_GCM_SHA384")
            .macro("cipher_bits", "256")
            .macro("daemon_name", "smtpd");

    FilterResult result =
        run(
            mail -> {
              seen.add(mail.client().hostName());
              seen.add(mail.client().ipAddress().orElseThrow().getHostAddress());
              seen.add(mail.helo().orElseThrow());
              seen.add(mail.sender() + " " + mail.sender().argument("size").orElseThrow());
              seen.add(mail.recipients().toString());
              seen.add(mail.recipients().getLast().unicodeAddress());
              seen.add(mail.authenticatedUser().orElseThrow());
              seen.add(mail.queueId().orElseThrow());
              seen.add(mail.tls().orElseThrow().toString());
              seen.add(mail.macro("daemon_name").orElseThrow());
              seen.add(mail.header().subject());
              seen.add(mail.body().text(100));
              seen.add(mail.body().text(7) + mail.body().length());
              return Decision.CONTINUE;
            },
            transaction);

    assertThat(seen)
        .containsExactly(
            "mail.example.org",
            "2001:db8:0:0:0:0:0:1",
            "mail.example.org",
            "<a@example.org> SIZE=100 BODY=8BITMIME 100",
            "[<b@example.net>, <c@xn--bcher-kva.example> NOTIFY=NEVER]",
            "c@bücher.example",
            "anna",
            "4bX1",
            "TlsFacts[version=TLSv1.3, cipher=TLS_AES_256_GCM_SHA384, cipherBits=256,"
                + " certificateSubject=, certificateIssuer=]",
            "smtpd",
            "hello",
            "first\r\nsecond\r\n",
            "first\r\n15");
    assertThat(result.packets()).isEmpty();
    assertThat(result.decision()).isEqualTo(Decision.CONTINUE);
  }

  @Test
  void editsEverything() throws Exception {
    FilterResult result =
        run(
            mail -> {
              mail.changeSender("", "RET=HDRS");
              mail.addRecipient("archive@bücher.example", "NOTIFY=NEVER");
              mail.removeRecipient("b@example.net");
              mail.header().setSubject("[x] " + mail.header().subject());
              mail.header().addFirst("X-First", "1");
              mail.header().remove("To");
              mail.replaceBody("new\n");
              return Decision.quarantine("suspicious");
            },
            message());

    assertThat(result.packetText())
        .isEqualTo(
            """
            CHGFROM <> RET=HDRS
            DELRCPT <b@example.net>
            ADDRCPT_PAR <archive@xn--bcher-kva.example> NOTIFY=NEVER
            CHGHEADER 1 Subject| [x] hello
            CHGHEADER 1 To|
            INSHEADER 0 X-First| 1
            QUARANTINE suspicious\
            """);
    assertThat(result.message())
        .isEqualTo("X-First: 1\nFrom: a@example.org\nSubject: [x] hello\n\nnew\n");
    assertThat(result.sender()).hasToString("<> RET=HDRS");
    assertThat(result.recipients().toString())
        .isEqualTo("[<archive@xn--bcher-kva.example> NOTIFY=NEVER]");
    assertThat(result.quarantineReason()).contains("suspicious");
  }

  @Test
  void sendsNothingForEditsThatCancelEachOther() throws Exception {
    FilterResult result =
        run(
            mail -> {
              mail.changeSender("other@example.org");
              mail.changeSender("sender@example.org");
              mail.removeRecipient("b@EXAMPLE.net");
              mail.addRecipient("b@example.net");
              mail.addRecipient("c@example.net");
              mail.removeRecipient("c@example.net");
              mail.header().setSubject("other");
              mail.header().setSubject("hello");
              return Decision.ACCEPT;
            },
            message());

    assertThat(result.packetText()).isEmpty();
  }

  static Stream<Decision> refusals() {
    return Stream.of(
        Decision.REJECT,
        Decision.TEMPFAIL,
        Decision.DISCARD,
        Decision.reply(550, "5.7.1 no", "5.7.1 never"));
  }

  @ParameterizedTest
  @MethodSource("refusals")
  void makesNoEditsOfWhatDoesNotPass(Decision refusal) throws Exception {
    FilterResult result =
        run(
            mail -> {
              mail.header().add("X-A", "1");
              mail.changeSender("x@example.org");
              mail.replaceBody("new");
              return refusal;
            },
            message());

    assertThat(result.decision()).isEqualTo(refusal);
    assertThat(result.packets()).isEmpty();
    assertThat(result.header().first("X-A")).isEmpty();
    assertThat(result.sender().address()).isEqualTo("sender@example.org");
    assertThat(result.body()).startsWith("first");
  }

  @ParameterizedTest
  @EnumSource(DecisionPoint.class)
  void refusesQuestionsAboutWhatComesLater(DecisionPoint point) throws Exception {
    List<String> known = new ArrayList<>();
    Filter filter =
        mail -> {
          for (Runnable question :
              List.<Runnable>of(
                  mail::client, mail::sender, mail::recipients, mail::header, mail::body)) {
            try {
              question.run();
              known.add("known");
            } catch (IllegalStateException e) {
              known.add(e.getMessage());
            }
          }
          return Decision.CONTINUE;
        };

    MailFilter.builder(filter).at(point).build().decide(message());

    assertThat(known.stream().filter("known"::equals).count())
        .isEqualTo(
            switch (point) {
              case CONNECT, HELO -> 1;
              case MAIL -> 2;
              case RCPT, DATA -> 3;
              case END_OF_HEADERS -> 4;
              case END_OF_MESSAGE -> 5;
            });
    if (point == DecisionPoint.HELO) {
      assertThat(known).contains("sender is known from MAIL on, the filter decides at HELO");
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = DecisionPoint.class,
      names = {"MAIL", "RCPT", "DATA", "END_OF_HEADERS", "END_OF_MESSAGE"})
  void editsFromAnyPointOfAMessage(DecisionPoint point) throws Exception {
    Filter filter =
        mail -> {
          mail.addRecipient("archive@example.net");
          return Decision.ACCEPT;
        };

    FilterResult result = MailFilter.builder(filter).at(point).build().decide(message());

    assertThat(result.packetText()).isEqualTo("ADDRCPT <archive@example.net>");
    assertThat(result.decision()).isEqualTo(Decision.ACCEPT);
  }

  @Test
  void refusesSomeRecipientsAndNotOthers() throws Exception {
    Filter.RecipientCheck check =
        (mail, recipient) ->
            recipient.domain().equals("closed.example")
                ? Decision.reply(550, "5.1.1 closed, after " + mail.recipients().size())
                : Decision.CONTINUE;
    MailFilter filter =
        MailFilter.builder(
                mail -> {
                  mail.header().add("X-To", mail.recipients() + " " + mail.refusedRecipients());
                  return Decision.CONTINUE;
                })
            .recipientCheck(check)
            .build();

    FilterResult some =
        filter.decide(message().recipient("x@Closed.Example").recipient("c@example.net"));
    FilterResult all = filter.decide(MailTransaction.builder().recipient("x@closed.example"));

    assertThat(some.recipients().toString()).isEqualTo("[<b@example.net>, <c@example.net>]");
    assertThat(some.header().text("X-To").orElseThrow())
        .contains("[<b@example.net>, <c@example.net>] {<x@Closed.Example>=Refuse")
        .contains("5.1.1 closed, after 1");
    assertThat(all.decision()).isEqualTo(Decision.reply(550, "5.1.1 closed, after 0"));
  }

  @Test
  void decidesAtEachRecipient() throws Exception {
    MailFilter filter =
        MailFilter.builder(mail ->
                mail.recipients().getLast().localPart().equals("spamtrap")
                    ? Decision.DISCARD
                    : mail.recipients().size() > 1
                        ? Decision.reply(452, "4.5.3 one at a time")
                        : Decision.CONTINUE)
            .at(DecisionPoint.RCPT)
            .build();

    FilterResult two = filter.decide(message().recipient("c@example.net"));
    FilterResult trap = filter.decide(message().recipient("spamtrap@example.net"));

    assertThat(two.refused().keySet()).hasToString("[<c@example.net>]");
    assertThat(two.recipients()).hasToString("[<b@example.net>]");
    assertThat(trap.decision()).isEqualTo(Decision.DISCARD);
  }

  static Stream<Arguments> limits() {
    return Stream.of(
        Arguments.of(Excess.REJECT, "552", "not asked"),
        Arguments.of(Excess.PASS, "Accept", "not asked"),
        Arguments.of(Excess.TRUNCATE, "Continue", "true first"));
  }

  @ParameterizedTest
  @MethodSource("limits")
  void limitsTheBody(Excess excess, String decision, String told) throws Exception {
    List<String> seen = new ArrayList<>(List.of("not asked"));
    MailFilter filter =
        MailFilter.builder(
                mail -> {
                  seen.set(0, mail.body().isTruncated() + " " + mail.body().text(99));
                  return Decision.CONTINUE;
                })
            .bodyLimit(5, excess)
            .build();

    FilterResult result = filter.decide(message());

    assertThat(result.decision().toString()).contains(decision);
    assertThat(seen).containsExactly(told);
  }

  static Stream<Arguments> headerLimits() {
    return Stream.of(
        Arguments.of(Excess.REJECT, "552", "not asked"),
        Arguments.of(Excess.PASS, "Accept", "not asked"),
        Arguments.of(Excess.TRUNCATE, "Continue", "true From: a@example.org"));
  }

  @ParameterizedTest
  @MethodSource("headerLimits")
  void limitsTheHeader(Excess excess, String decision, String told) throws Exception {
    List<String> seen = new ArrayList<>(List.of("not asked"));
    MailFilter filter =
        MailFilter.builder(
                mail -> {
                  seen.set(0, mail.isHeaderTruncated() + " " + mail.header());
                  return Decision.CONTINUE;
                })
            .headerLimit("From: a@example.org\r\n".length(), excess)
            .build();

    FilterResult result = filter.decide(message());

    assertThat(result.decision().toString()).contains(decision);
    assertThat(seen).containsExactly(told);
  }

  @Test
  void keepsALargeBodyInAFileAndReadsItTwice(@TempDir Path folder) throws Exception {
    String line = "0123456789".repeat(9) + "\n";
    List<Object> seen = new ArrayList<>();
    MailFilter filter =
        MailFilter.builder(
                mail -> {
                  try (InputStream one = mail.body().open();
                      InputStream two = mail.body().open()) {
                    seen.add(new String(one.readNBytes(10), StandardCharsets.US_ASCII));
                    seen.add(two.readAllBytes().length);
                    seen.add(one.readAllBytes().length);
                  }
                  mail.replaceBody(mail.body().open());
                  return Decision.CONTINUE;
                })
            .bodyStore(new BodyStore(folder, 1000))
            .build();

    FilterResult result = filter.decide(message().body(line.repeat(10_000)));

    assertThat(seen).containsExactly("0123456789", 920_000, 919_990);
    assertThat(result.body()).isEqualTo(line.replace("\n", "\r\n").repeat(10_000));
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files).isEmpty();
    }
  }

  @Test
  void readsANewBodyToItsEndAndClosesIt() throws Exception {
    AtomicBoolean closed = new AtomicBoolean();
    byte[] content = ("ü".repeat(70_000) + "\0\nx").getBytes(StandardCharsets.UTF_8);
    InputStream stream =
        new ByteArrayInputStream(content) {
          @Override
          public void close() {
            closed.set(true);
          }
        };

    FilterResult result =
        run(
            mail -> {
              mail.replaceBody(stream);
              return Decision.CONTINUE;
            },
            message());

    assertThat(closed).isTrue();
    assertThat(result.body().replace("\r\n", "")).isEqualTo("ü".repeat(70_000) + "x");
    assertThat(result.body()).endsWith("\r\nx\r\n");
  }

  @Test
  void failsWithTheNewBody() {
    InputStream broken =
        new InputStream() {
          @Override
          public int read() throws IOException {
            throw new IOException("the source is gone");
          }

          @Override
          public int read(byte[] target, int offset, int length) throws IOException {
            throw new IOException("the source is gone");
          }
        };

    assertThatThrownBy(() ->
            run(
                mail -> {
                  mail.replaceBody(broken);
                  return Decision.CONTINUE;
                },
                message()))
        .isInstanceOf(IOException.class)
        .hasMessage("the source is gone");
  }

  @SuppressWarnings("NullAway") // a filter that returns null is one of them
  static Stream<Arguments> wrongUses() {
    return Stream.of(
        Arguments.of((Filter) mail -> null, "the filter returned null"),
        Arguments.of(
            (Filter) mail -> Decision.reply(250, "ok"), "reply code is 250, must be 400 to 599"),
        Arguments.of((Filter) mail -> Decision.quarantine(""), "must be one line of text"),
        Arguments.of(edit(mail -> mail.addRecipient("")), "recipient to add is empty"),
        Arguments.of(edit(mail -> mail.addRecipient("a@b, c@d")), "'a@b, c@d'"),
        Arguments.of(edit(mail -> mail.changeSender("a\r\nb")), "control character"),
        Arguments.of(edit(mail -> mail.addRecipient("a@b", "X Y")), "'X Y' is not one word"));
  }

  private static Filter edit(Consumer<MailTransaction> edit) {
    return mail -> {
      edit.accept(mail);
      return Decision.CONTINUE;
    };
  }

  @ParameterizedTest
  @MethodSource("wrongUses")
  void saysWhatIsWrongWithAFilter(Filter filter, String problem) {
    assertThatThrownBy(() -> run(filter, message())).hasMessageContaining(problem);
  }

  @Test
  void refusesToEditWithoutAMessage() {
    MailFilter filter =
        MailFilter.builder(edit(mail -> mail.changeSender("a@example.org")))
            .at(DecisionPoint.HELO)
            .build();

    assertThatThrownBy(() -> filter.decide(message()))
        .hasMessage("there is no message to edit at HELO");
  }
}
