package org.miltergate.milter.chain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.miltergate.milter.chain.SmtpSide.AMPLE;
import static org.miltergate.milter.chain.SmtpSide.FINE;
import static org.miltergate.milter.chain.SmtpSide.client;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.miltergate.milter.body.Body;
import org.miltergate.milter.body.BodyStore;
import org.miltergate.milter.body.MemoryBudget;
import org.miltergate.milter.body.MemoryShare;
import org.miltergate.milter.bytes.Bytes;
import org.miltergate.milter.mail.Edit;
import org.miltergate.milter.mail.MailMessage;
import org.miltergate.milter.session.FailurePolicy;
import org.miltergate.milter.session.Letters;
import org.miltergate.milter.session.MilterClient;
import org.miltergate.milter.session.MilterException;
import org.miltergate.milter.session.Negotiated;
import org.miltergate.milter.session.Stage;
import org.miltergate.milter.test.Conversation;
import org.miltergate.milter.test.ScriptedMilter;
import org.miltergate.milter.wire.Command;
import org.miltergate.milter.wire.Reply;
import org.miltergate.net.Dialer;
import org.miltergate.net.LocalFailureException;
import org.miltergate.net.SocketDialer;

/**
 * What goes wrong on this side is no failure of a milter: the current message is refused for now,
 * whatever the default action, the other milters hear ABORT, and the next message of the same SMTP
 * session is judged by all.
 */
class LocalFailureTableTest {
  private static final int MILTERS = 3;
  private static final String NOT_NOW = "4.3.0 Mail cannot be processed now - try again later";
  private static final MailMessage USUAL = SmtpSide.message("Subject: hello\r\n", "body\r\n");

  @TempDir Path directory;

  /** One way to fail, while the milter at one place has its turn with a first message. */
  private enum Fault {
    TOO_MANY_EDITS("REPEAT 101 ADDHEADER A|b", "limit"),
    TOO_LARGE_EDITS("ADDHEADER A|" + "x".repeat(200_000), "limit"),
    TOO_LARGE_BODY("REPLBODY " + "x".repeat(3_000_000), "limit"),
    FULL_DISK("REPLBODY x", "storage"),
    NO_MEMORY("ADDHEADER A|b", "storage"),
    UNREADABLE_BODY("", "local"),
    LISTENER_THAT_THROWS("ADDHEADER A|b", "local"),
    LISTENER_WITH_AN_ERROR("ADDHEADER A|b", "local");

    private final String edit;
    private final String kind;

    Fault(String edit, String kind) {
      this.edit = edit;
      this.kind = kind;
    }

    String heard(String milter) {
      return switch (kind) {
        case "limit" -> "E 451 %s (%s limit)".formatted(NOT_NOW, milter);
        case "storage" -> "E 452 4.3.1 Insufficient system storage (%s local)".formatted(milter);
        default -> "E 451 %s (%s local)".formatted(NOT_NOW, milter);
      };
    }
  }

  static Stream<Arguments> cases() {
    List<Arguments> cases = new ArrayList<>();
    for (Fault fault : Fault.values()) {
      for (FailurePolicy policy : FailurePolicy.values()) {
        for (int place = 0; place < MILTERS; place++) {
          cases.add(Arguments.of(fault, policy, place, false));
          cases.add(Arguments.of(fault, policy, place, true));
        }
      }
    }
    return cases.stream();
  }

  @ParameterizedTest(name = "{0}, {1}, milter {2}, pipelined: {3}")
  @MethodSource("cases")
  void refusesTheMessageForNow(Fault fault, FailurePolicy policy, int place, boolean pipeline)
      throws Exception {
    List<ScriptedMilter> milters = new ArrayList<>();
    MilterClient[] clients = new MilterClient[MILTERS];
    for (int i = 0; i < MILTERS; i++) {
      ScriptedMilter milter =
          i == place && fault != Fault.UNREADABLE_BODY
              ? ScriptedMilter.builder()
                  .scripts("...\n> EOM\n< " + fault.edit + "\n< ACCEPT\n...", "...")
                  .start()
              : ScriptedMilter.builder().start();
      milters.add(milter);
      clients[i] =
          client(
              "m" + i,
              milter.address(),
              c -> c.onFailure(policy).pipeline(pipeline).maxEdits(100).maxEditBytes(100_000));
    }
    String name = "m" + place;
    BodyStore bodies =
        new BodyStore(fault == Fault.FULL_DISK ? directory.resolve("none") : directory, 0);
    Thrower thrower = new Thrower(name);
    try (SmtpSide smtp = new SmtpSide(PreData.TOGETHER, bodies, thrower, clients)) {
      begin(fault, smtp, thrower);
      assertThat(smtp.run("C H M R T E")).isEqualTo(fault.heard(name));
      assertThat(smtp.passed()).isZero();
      assertThat(smtp.failures).isEmpty();
      assertThat(smtp.localFailures).singleElement().asString().startsWith(name + " at ");

      thrower.what = Optional.empty();
      smtp.sending(USUAL).within(MemoryShare.UNLIMITED);
      assertThat(smtp.run("M R T E")).isEqualTo(FINE);
      assertThat(smtp.passed()).isEqualTo(1);
      assertThat(smtp.failures).isEmpty();
    } finally {
      for (ScriptedMilter milter : milters) {
        assertThat(milter.awaitFinished(AMPLE)).isTrue();
        milter.close();
      }
    }
    for (int i = 0; i < MILTERS; i++) {
      String told = Letters.of(milters.get(i).connections().getFirst());
      if (i < place) {
        assertThat(told).isEqualTo("O C H M R T L N B E A M R T L N B E A Q");
      } else if (i > place) {
        assertThat(told).isEqualTo("O C H M R T A M R T L N B E A Q");
      }
      Conversation last = milters.get(i).connections().getLast();
      assertThat(Letters.of(last)).startsWith("O C H ").endsWith("M R T L N B E A Q");
    }
  }

  private void begin(Fault fault, SmtpSide smtp, Thrower thrower) throws IOException {
    switch (fault) {
      case NO_MEMORY -> smtp.within(MemoryBudget.ofBytes(10).share(0));
      case UNREADABLE_BODY -> {
        MailMessage message = inAFile();
        thrower.closing = Optional.of(message.body());
        smtp.sending(message);
      }
      case LISTENER_THAT_THROWS -> thrower.what = Optional.of(new IllegalStateException("broken"));
      case LISTENER_WITH_AN_ERROR -> thrower.what = Optional.of(new OutOfMemoryError("broken"));
      case TOO_MANY_EDITS, TOO_LARGE_EDITS, TOO_LARGE_BODY, FULL_DISK -> {}
    }
  }

  private MailMessage inAFile() throws IOException {
    BodyStore.Writer writer = new BodyStore(directory, 0).writer();
    writer.write(Bytes.ofLatin1("x".repeat(60_000)));
    Body body = writer.finish();
    return new MailMessage(USUAL.envelope(), USUAL.header(), USUAL.separator(), body);
  }

  /** Throws when one milter asks for an edit, or closes the body when it is shown the header. */
  private static final class Thrower implements ChainListener {
    private final String milter;
    private Optional<Throwable> what = Optional.empty();
    private Optional<Body> closing = Optional.empty();

    Thrower(String milter) {
      this.milter = milter;
    }

    @Override
    public void told(String name, Command command) {
      if (name.equals(milter) && command instanceof Command.Header) {
        closing.ifPresent(Body::close);
      }
    }

    @Override
    public void said(String name, Reply reply) {
      if (reply instanceof Reply.AddHeader) {
        throwFor(name);
      }
    }

    private void throwFor(String name) {
      if (name.equals(milter) && what.isPresent()) {
        switch (what.get()) {
          case RuntimeException e -> throw e;
          case Error e -> throw e;
          default -> throw new IllegalArgumentException(what.get());
        }
      }
    }
  }

  /** A listener that throws at each of its events, for a milter that would be passed by. */
  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "opened,   C 421",
    "told,     C 421",
    "said,     C 421",
    "warned,   E 451",
    "failed,   E 451",
    "edited,   E 451",
    "answered, C 421",
    "unheard,  E 451",
  })
  void listenerThatThrowsLetsNoMailPass(String event, String heard) throws Exception {
    String[] eom =
        event.equals("failed") || event.equals("unheard")
            ? new String[] {"CLOSE"}
            : new String[] {"ADDHEADER A|b", "ADDHEADER x y|b", "ACCEPT"};
    try (ScriptedMilter milter = ScriptedMilter.builder().on("EOM", eom).start();
        SmtpSide smtp =
            new SmtpSide(
                PreData.TOGETHER,
                new BodyStore(directory, 0),
                new ThrowingListener(event),
                client("m", milter.address(), c -> c.onFailure(FailurePolicy.ACCEPT)))) {
      assertThat(smtp.run("C H M R T E")).isEqualTo(heard + " " + NOT_NOW + " (m local)");
      assertThat(smtp.passed()).isZero();
    }
  }

  private record ThrowingListener(String event) implements ChainListener {
    private void throwAt(String now) {
      if (now.equals(event)) {
        throw new IllegalStateException("broken at " + event);
      }
    }

    @Override
    public void opened(String milter, Negotiated negotiated) {
      throwAt("opened");
    }

    @Override
    public void told(String milter, Command command) {
      throwAt("told");
    }

    @Override
    public void said(String milter, Reply reply) {
      throwAt("said");
    }

    @Override
    public void warned(String milter, String text) {
      throwAt("warned");
    }

    @Override
    public void failed(String milter, Stage stage, MilterException cause, FailurePolicy action) {
      throwAt("failed");
    }

    @Override
    public void passedUnheard(String milter, MilterException cause) {
      throwAt("unheard");
    }

    @Override
    public void answered(String milter, Stage stage, Verdict verdict, Duration took) {
      throwAt("answered");
    }

    @Override
    public void edited(String milter, List<Edit> edits) {
      throwAt("edited");
    }
  }

  @ParameterizedTest
  @EnumSource(PreData.class)
  void milterThatCannotBeTriedLetsNoClientIn(PreData preData) throws Exception {
    List<Dialer> broken =
        List.of(
            (address, limit) -> {
              throw new IllegalStateException("broken");
            },
            (address, limit) -> {
              throw new OutOfMemoryError("broken");
            },
            (address, limit) -> {
              throw new LocalFailureException("no descriptor left", new IOException("broken"));
            });
    for (Dialer dialer : broken) {
      for (FailurePolicy policy : FailurePolicy.values()) {
        try (ScriptedMilter m1 = ScriptedMilter.builder().start();
            SmtpSide smtp =
                new SmtpSide(
                    preData,
                    client("m1", m1),
                    client("m2", m1.address(), c -> c.dialer(dialer).onFailure(policy)))) {
          assertThat(smtp.run("C H M R T E")).isEqualTo("C 421 " + NOT_NOW + " (m2 local)");
          assertThat(smtp.failures).isEmpty();
          assertThat(smtp.localFailures).hasSize(1);
        }
      }
    }
  }

  @Test
  void milterThatCannotBeDialledAgainIsTriedAtEachMessage() throws Exception {
    AtomicInteger dials = new AtomicInteger();
    Dialer second =
        (address, limit) -> {
          if (dials.getAndIncrement() == 1) {
            throw new LocalFailureException("no descriptor left", new IOException("EMFILE"));
          }
          return new SocketDialer().dial(address, limit);
        };
    try (ScriptedMilter milter =
            ScriptedMilter.builder()
                .scripts("...\n> EOM\n< REPEAT 11 ADDHEADER A|b\n< ACCEPT", "...")
                .start();
        SmtpSide smtp =
            new SmtpSide(
                PreData.TOGETHER,
                client(
                    "m",
                    milter.address(),
                    c -> c.dialer(second).maxEdits(10).onFailure(FailurePolicy.ACCEPT)))) {
      assertThat(smtp.run("C H M R T E")).isEqualTo("E 451 " + NOT_NOW + " (m limit)");
      assertThat(smtp.run("M R T E")).isEqualTo("M 451 " + NOT_NOW + " (m local)");
      assertThat(smtp.run("H U M R T E")).isEqualTo(FINE);
      assertThat(smtp.passed()).isEqualTo(1);
      smtp.close();

      milter.assertScriptFinished();
    }
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "MAIL,    M 451",
    "RCPT,    R R 451",
    "DATA,    T T 451",
    "UNKNOWN, U 451",
  })
  void commandThatCannotBeToldIsRefusedAndTheNextMessageIsJudged(String stage, String refused)
      throws Exception {
    Stage failing = Stage.valueOf(stage);
    AtomicInteger times = new AtomicInteger();
    ChainListener once =
        new ChainListener() {
          @Override
          public void told(String milter, Command command) {
            if (!(command instanceof Command.Macro)
                && milter.equals("m2")
                && isOf(command)
                && times.getAndIncrement() == 0) {
              throw new IllegalStateException("broken");
            }
          }

          private boolean isOf(Command command) {
            return switch (command) {
              case Command.Negotiate c -> false;
              case Command.Abort c -> false;
              case Command.Quit c -> false;
              default -> Stage.of(command) == failing;
            };
          }
        };
    try (ScriptedMilter m1 = ScriptedMilter.builder().start();
        ScriptedMilter m2 = ScriptedMilter.builder().start();
        SmtpSide smtp =
            new SmtpSide(
                PreData.TOGETHER,
                new BodyStore(directory, 0),
                once,
                client("m1", m1.address(), c -> c.onFailure(FailurePolicy.ACCEPT)),
                client("m2", m2.address(), c -> c.onFailure(FailurePolicy.ACCEPT)))) {
      smtp.run("C H");
      assertThat(smtp.run(stage.equals("UNKNOWN") ? "U" : "M R R T T E"))
          .isEqualTo(refused + " " + NOT_NOW + " (m2 local)");
      assertThat(smtp.run("M R T E")).isEqualTo(FINE);
      assertThat(smtp.passed()).isEqualTo(1);
      smtp.close();

      assertThat(m1.awaitFinished(AMPLE) && m2.awaitFinished(AMPLE)).isTrue();
      assertThat(m2.connections()).hasSize(2);
      assertThat(Letters.of(m2.connections().getLast())).isEqualTo("O C H M R T L N B E A Q");
      assertThat(Letters.of(m1.connection())).endsWith("M R T L N B E A Q");
    }
  }
}
