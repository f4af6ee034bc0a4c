package org.miltergate.milter.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.miltergate.milter.server.TestMta.body;
import static org.miltergate.milter.server.TestMta.connect;
import static org.miltergate.milter.server.TestMta.header;
import static org.miltergate.milter.server.TestMta.helo;
import static org.miltergate.milter.server.TestMta.mail;
import static org.miltergate.milter.server.TestMta.rcpt;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.miltergate.milter.wire.Command;
import org.miltergate.milter.wire.Reply;

/** Handlers that throw, or return what is no answer: no mail passes a filter that is broken. */
class BrokenHandlerTest {
  private static final Reply CONTINUE = new Reply.Continue();
  private static final Reply TEMPFAIL = new Reply.TempFail();

  private final NotingHandler handler = new NotingHandler();

  private static Map<String, Command> session() {
    Map<String, Command> session = new LinkedHashMap<>();
    session.put("connect", connect());
    session.put("helo", helo("c.test"));
    session.put("mail", mail("<a@x>"));
    session.put("rcpt", rcpt("<b@x>"));
    session.put("data", new Command.Data());
    session.put("header", header("A", "b"));
    session.put("endOfHeaders", new Command.EndOfHeaders());
    session.put("body", body("x"));
    return session;
  }

  private static NotingHandler.Says broken(String how) {
    return switch (how) {
      case "exception" ->
          () -> {
            throw new IllegalStateException("broken filter");
          };
      case "error" ->
          () -> {
            throw new StackOverflowError("broken filter");
          };
      case "null" -> BrokenHandlerTest::noAnswer;
      default -> throw new IllegalArgumentException(how);
    };
  }

  @SuppressWarnings("NullAway") // a filter in a language without null checks
  private static Answer noAnswer() {
    return null;
  }

  @ParameterizedTest(name = "{1} at {0}")
  @CsvSource({
    "connect, exception",
    "connect, error",
    "connect, null",
    "helo, exception",
    "helo, null",
    "mail, exception",
    "mail, error",
    "mail, null",
    "rcpt, error",
    "rcpt, null",
    "data, null",
    "header, error",
    "header, null",
    "endOfHeaders, null",
    "body, error",
    "body, null",
    "endOfMessage, error",
    "endOfMessage, null",
    "endOfMessage, exception",
  })
  void isATemporaryFailureOfThatEvent(String event, String how) throws Exception {
    handler.saying(event, broken(how));
    try (MilterServer server = MilterServer.builder("test", context -> handler).start();
        TestMta mta = new TestMta(server.address())) {
      mta.negotiate();
      for (Map.Entry<String, Command> told : session().entrySet()) {
        Reply answer = mta.ask(told.getValue());
        if (told.getKey().equals(event)) {
          assertThat(answer).isEqualTo(TEMPFAIL);
          return;
        }
        assertThat(answer).isEqualTo(CONTINUE);
      }
      assertThat(mta.askForTheEnd()).containsExactly(TEMPFAIL);
    }
  }

  @ParameterizedTest(name = "{1} at {0}")
  @CsvSource({
    "CONNECT, connect, exception, true",
    "HELO, helo, exception, true",
    "HELO, helo, null, true",
    "MAIL, mail, exception, false",
    "RCPT, rcpt, exception, false",
    "RCPT, rcpt, error, false",
    "DATA, data, exception, false",
    "DATA, data, null, false",
    "HEADER, header, exception, false",
    "END_OF_HEADERS, endOfHeaders, error, false",
    "BODY, body, exception, false",
  })
  void atAnEventWithoutAnswerIsTheVerdictOnTheMessage(
      MilterEvent event, String name, String how, boolean forConnection) throws Exception {
    AtomicInteger times = new AtomicInteger();
    handler.saying(
        name, () -> times.getAndIncrement() == 0 ? broken(how).answer() : Answer.CONTINUE);
    try (MilterServer server =
            MilterServer.builder("test", context -> handler).unanswered(event).start();
        TestMta mta = new TestMta(server.address())) {
      mta.negotiate();
      for (Map.Entry<String, Command> told : session().entrySet()) {
        if (told.getKey().equals(name)) {
          mta.send(told.getValue());
        } else {
          mta.ask(told.getValue());
        }
      }
      assertThat(mta.askForTheEnd()).containsExactly(TEMPFAIL);

      assertThat(mta.ask(event == MilterEvent.MAIL ? helo("c.test") : mail("<c@x>")))
          .as("the next message")
          .isEqualTo(forConnection ? TEMPFAIL : CONTINUE);
    }
  }

  @Test
  void filterThatCannotBeMadeClosesThatConnectionOnly() throws Exception {
    AtomicInteger times = new AtomicInteger();
    HandlerFactory factory =
        context -> {
          switch (times.getAndIncrement()) {
            case 0 -> throw new OutOfMemoryError("broken factory");
            case 1 -> throw new IllegalStateException("broken factory");
            default -> {
              return handler;
            }
          }
        };
    try (MilterServer server = MilterServer.builder("test", factory).start()) {
      for (int i = 0; i < 2; i++) {
        try (TestMta mta = new TestMta(server.address())) {
          mta.negotiate();
          assertThat(mta.read()).isEmpty();
        }
      }
      try (TestMta mta = new TestMta(server.address())) {
        mta.negotiate();
        assertThat(mta.ask(connect())).isEqualTo(CONTINUE);
      }
    }
  }
}
