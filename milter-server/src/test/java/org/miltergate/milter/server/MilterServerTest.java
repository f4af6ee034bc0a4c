package org.miltergate.milter.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.miltergate.milter.server.TestMta.body;
import static org.miltergate.milter.server.TestMta.bytes;
import static org.miltergate.milter.server.TestMta.connect;
import static org.miltergate.milter.server.TestMta.header;
import static org.miltergate.milter.server.TestMta.helo;
import static org.miltergate.milter.server.TestMta.macro;
import static org.miltergate.milter.server.TestMta.mail;
import static org.miltergate.milter.server.TestMta.rcpt;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.miltergate.milter.wire.Command;
import org.miltergate.milter.wire.Reply;
import org.miltergate.net.Endpoint;

class MilterServerTest {
  private static final Reply CONTINUE = new Reply.Continue();

  private final NotingHandler handler = new NotingHandler();

  private MilterServer start() throws IOException {
    return MilterServer.builder("test", context -> handler).start();
  }

  @Test
  void callsTheHandlerForEachEvent() throws Exception {
    try (MilterServer server = start();
        TestMta mta = new TestMta(server.address())) {
      mta.negotiate();
      List<Command> events =
          List.of(
              connect(),
              helo("c.test"),
              mail("<a@x>"),
              rcpt("<b@x>"),
              rcpt("<c@x>"),
              new Command.Data(),
              header("Subject", "x"),
              new Command.EndOfHeaders(),
              body("one\r\n"),
              body("two\r\n"),
              new Command.Unknown(bytes("WHAT")));
      for (Command event : events) {
        assertThat(mta.ask(event)).isEqualTo(CONTINUE);
      }
      mta.send(new Command.EndOfMessage(bytes("three")));
      assertThat(mta.read()).contains(CONTINUE);
      mta.send(new Command.Abort(), new Command.Quit());

      assertThat(mta.read()).isEmpty();
      assertThat(handler.closed.await(10, TimeUnit.SECONDS)).isTrue();
      assertThat(handler.told)
          .containsExactly(
              "connect c.test",
              "helo c.test",
              "mail <a@x>",
              "rcpt <b@x>",
              "rcpt <c@x>",
              "data",
              "header Subject|x",
              "endOfHeaders",
              "body one\r\n",
              "body two\r\n",
              "unknown WHAT",
              "body three",
              "endOfMessage",
              "close");
    }
  }

  @Test
  void givesUpAnOpenMessageHoweverItEnds() throws Exception {
    try (MilterServer server = start()) {
      try (TestMta mta = new TestMta(server.address())) {
        mta.negotiate();
        mta.ask(mail("<a@x>"));
        mta.send(new Command.Abort(), new Command.Abort());
        mta.ask(mail("<b@x>"));
        mta.ask(mail("<c@x>"));
      }

      assertThat(handler.closed.await(10, TimeUnit.SECONDS)).isTrue();
      assertThat(handler.told)
          .containsExactly(
              "mail <a@x>", "abort", "mail <b@x>", "abort", "mail <c@x>", "abort", "close");
    }
  }

  @Test
  void saysNoMoreThanOnceWhatHoldsForTheMessage() throws Exception {
    handler.saying("rcpt", () -> Answer.ACCEPT);
    try (MilterServer server = start();
        TestMta mta = new TestMta(server.address())) {
      mta.negotiate();
      mta.ask(mail("<a@x>"));

      assertThat(mta.ask(rcpt("<b@x>"))).isEqualTo(new Reply.Accept());
      assertThat(mta.ask(new Command.Data())).isEqualTo(new Reply.Accept());
      assertThat(mta.askForTheEnd()).containsExactly(new Reply.Accept());
      assertThat(mta.ask(mail("<c@x>"))).isEqualTo(CONTINUE);

      assertThat(handler.told).containsExactly("mail <a@x>", "rcpt <b@x>", "mail <c@x>");
    }
  }

  @Test
  void refusedRecipientAndRefusedDataDoNotEndTheMessage() throws Exception {
    handler.saying("rcpt", () -> Answer.reply(550, "5.1.1 no"));
    handler.saying("data", () -> Answer.TEMPFAIL);
    try (MilterServer server = start();
        TestMta mta = new TestMta(server.address())) {
      mta.negotiate();
      mta.ask(mail("<a@x>"));

      assertThat(mta.ask(rcpt("<b@x>"))).isEqualTo(new Reply.ReplyCode(bytes("550 5.1.1 no")));
      assertThat(mta.ask(new Command.Data())).isEqualTo(new Reply.TempFail());
      mta.ask(rcpt("<c@x>"));
      mta.ask(new Command.Data());

      assertThat(handler.told)
          .containsExactly("mail <a@x>", "rcpt <b@x>", "data", "rcpt <c@x>", "data");
    }
  }

  @Test
  void refusedClientIsRefusedAtEachCommand() throws Exception {
    handler.saying("connect", () -> Answer.REJECT);
    try (MilterServer server = start();
        TestMta mta = new TestMta(server.address())) {
      mta.negotiate();

      assertThat(mta.ask(connect())).isEqualTo(new Reply.Reject());
      assertThat(mta.ask(helo("c.test"))).isEqualTo(new Reply.Reject());
      assertThat(mta.ask(mail("<a@x>"))).isEqualTo(new Reply.Reject());
      mta.send(new Command.Quit());
      assertThat(handler.closed.await(10, TimeUnit.SECONDS)).isTrue();
      assertThat(handler.told).containsExactly("connect c.test", "close");
    }
  }

  @Test
  void exceptionIsATemporaryFailureOfTheMessageOnly() throws Exception {
    handler.saying(
        "header",
        () -> {
          throw new IllegalStateException("broken filter");
        });
    try (MilterServer server = start();
        TestMta mta = new TestMta(server.address())) {
      mta.negotiate();
      mta.ask(mail("<a@x>"));

      assertThat(mta.ask(header("A", "b"))).isEqualTo(new Reply.TempFail());
      assertThat(mta.askForTheEnd()).containsExactly(new Reply.TempFail());
      assertThat(mta.ask(mail("<a@x>"))).isEqualTo(CONTINUE);
    }
  }

  @Test
  void skippedBodyIsNotShownAgain() throws Exception {
    handler.saying("body", () -> Answer.SKIP);
    try (MilterServer server = start();
        TestMta withSkip = new TestMta(server.address());
        TestMta withoutSkip = new TestMta(server.address())) {
      withSkip.negotiate();
      withSkip.ask(mail("<a@x>"));
      assertThat(withSkip.ask(body("1"))).isEqualTo(new Reply.Skip());
      assertThat(withSkip.ask(body("2"))).isEqualTo(CONTINUE);

      withoutSkip.negotiate(2, 0x3f, 0x7f);
      withoutSkip.ask(mail("<a@x>"));
      assertThat(withoutSkip.ask(body("1"))).isEqualTo(CONTINUE);
      assertThat(withoutSkip.ask(body("2"))).isEqualTo(CONTINUE);

      assertThat(handler.told).containsExactly("mail <a@x>", "body 1", "mail <a@x>", "body 1");
    }
  }

  @Test
  void showsTheMacrosOfTheStageAndThoseBefore() throws Exception {
    List<String> seen = new ArrayList<>();
    HandlerFactory factory =
        context ->
            new MilterHandler() {
              @Override
              public Answer rcpt(
                  org.miltergate.milter.bytes.Bytes who,
                  List<org.miltergate.milter.bytes.Bytes> arguments) {
                seen.add(
                    "%s %s %s"
                        .formatted(
                            context.macro("j").orElse(bytes("-")),
                            context.macro("{i}").orElse(bytes("-")),
                            context.macro("rcpt_addr").orElse(bytes("-"))));
                return Answer.CONTINUE;
              }
            };
    try (MilterServer server = MilterServer.builder("test", factory).start();
        TestMta mta = new TestMta(server.address())) {
      mta.negotiate();
      mta.send(macro('C', "j", "mx"));
      mta.ask(connect());
      mta.send(macro('M', "i", "first"));
      mta.ask(mail("<a@x>"));
      mta.send(macro('R', "{rcpt_addr}", "b@x"));
      mta.ask(rcpt("<b@x>"));
      mta.send(new Command.Macro((byte) 'R', List.of()));
      mta.ask(rcpt("<c@x>"));
      mta.send(new Command.Abort(), macro('M', "i", "second"));
      mta.ask(mail("<a@x>"));
      mta.ask(rcpt("<d@x>"));

      assertThat(seen).containsExactly("mx first b@x", "mx first b@x", "mx second -");
    }
  }

  @Test
  void servesTheNextClientOfAKeptConnectionAnew() throws Exception {
    BlockingQueue<NotingHandler> handlers = new LinkedBlockingQueue<>();
    HandlerFactory factory =
        context -> {
          NotingHandler next = new NotingHandler();
          handlers.add(next);
          return next;
        };
    try (MilterServer server = MilterServer.builder("test", factory).start();
        TestMta mta = new TestMta(server.address())) {
      mta.negotiate();
      mta.ask(connect());
      mta.send(new Command.QuitKeepConnection());
      mta.ask(connect());
      mta.send(new Command.Quit());
      assertThat(mta.read()).isEmpty();

      assertThat(handlers)
          .hasSize(2)
          .allMatch(h -> h.told.equals(List.of("connect c.test", "close")));
    }
  }

  @Test
  void closesOnWhatCannotCome() throws Exception {
    List<List<Command>> nonsense =
        List.of(
            List.of(connect(), connect()),
            List.of(rcpt("<b@x>")),
            List.of(new Command.EndOfMessage()),
            List.of(mail("<a@x>"), body("x"), header("A", "b")));
    try (MilterServer server = start()) {
      for (List<Command> commands : nonsense) {
        try (TestMta mta = new TestMta(server.address())) {
          mta.negotiate();
          for (int i = 0; i < commands.size() - 1; i++) {
            mta.ask(commands.get(i));
          }
          mta.send(commands.get(commands.size() - 1));
          assertThat(mta.read()).isEmpty();
        }
      }
      try (TestMta mta = new TestMta(server.address())) {
        mta.send(connect());
        assertThat(mta.read()).isEmpty();
      }
    }
  }

  @Test
  void idleConnectionIsClosed() throws Exception {
    try (MilterServer server =
            MilterServer.builder("test", context -> handler)
                .idleLimit(Duration.ofMillis(100))
                .start();
        TestMta mta = new TestMta(server.address())) {
      mta.negotiate();

      assertThat(mta.read()).isEmpty();
      assertThat(handler.closed.await(10, TimeUnit.SECONDS)).isTrue();
    }
  }

  @Test
  void connectionAboveTheLimitWaitsForItsTurn() throws Exception {
    try (MilterServer server =
            MilterServer.builder("test", context -> new MilterHandler() {})
                .maxConnections(1)
                .start();
        TestMta first = new TestMta(server.address());
        TestMta second = new TestMta(server.address())) {
      first.negotiate();
      FutureTask<Object> waiting = new FutureTask<>(second::negotiate);
      Thread.startVirtualThread(waiting);
      assertThat(first.ask(connect())).isEqualTo(CONTINUE);
      assertThat(waiting.isDone()).isFalse();
      assertThat(server.connections()).isEqualTo(1);

      first.send(new Command.Quit());

      assertThat(waiting.get(10, TimeUnit.SECONDS)).isNotNull();
    }
  }

  @Test
  void stopLetsConnectionsEndWithinItsLimit() throws Exception {
    MilterServer server = start();
    try (TestMta mta = new TestMta(server.address())) {
      mta.negotiate();
      FutureTask<Boolean> stop = new FutureTask<>(() -> server.stop(Duration.ofSeconds(20)));
      Thread.startVirtualThread(stop);

      assertThat(mta.ask(connect())).isEqualTo(CONTINUE);
      mta.send(new Command.Quit());

      assertThat(stop.get(10, TimeUnit.SECONDS)).isTrue();
      assertThatThrownBy(() -> new TestMta(server.address())).isInstanceOf(IOException.class);
    }
  }

  @Test
  void stopCutsOffWhatDoesNotEnd() throws Exception {
    CountDownLatch inHandler = new CountDownLatch(1);
    handler.saying(
        "connect",
        () -> {
          inHandler.countDown();
          new CountDownLatch(1).await();
          return Answer.CONTINUE;
        });
    MilterServer server = start();
    try (TestMta busy = new TestMta(server.address());
        TestMta idle = new TestMta(server.address())) {
      idle.negotiate();
      busy.negotiate();
      busy.send(connect());
      assertThat(inHandler.await(10, TimeUnit.SECONDS)).isTrue();

      assertThat(server.stop(Duration.ofMillis(50))).isFalse();

      assertThat(server.connections()).isZero();
      assertThat(idle.read()).isEmpty();
    }
  }

  @Test
  void listensOnAUnixSocketThatAKilledMilterLeftBehind(@TempDir Path directory) throws Exception {
    Path path = directory.resolve("milter.sock");
    try (ServerSocketChannel killed = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      killed.bind(UnixDomainSocketAddress.of(path));
    }
    Endpoint address = new Endpoint.Unix(path);
    MilterServerBuilder builder = MilterServer.builder("test", context -> handler).listen(address);

    try (MilterServer server = builder.start();
        TestMta mta = new TestMta(server.address())) {
      mta.negotiate();
      assertThat(server.address()).isEqualTo(address);
      assertThatThrownBy(builder::start)
          .isInstanceOf(IOException.class)
          .hasMessageContaining("another milter listens there");
    }
    assertThat(Files.exists(path)).isFalse();
  }
}
