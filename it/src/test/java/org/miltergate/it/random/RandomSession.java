package org.miltergate.it.random;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.random.RandomGenerator;
import org.miltergate.milter.bytes.Bytes;
import org.miltergate.milter.session.Macros;
import org.miltergate.milter.session.MilterClient;
import org.miltergate.milter.session.MilterSession;
import org.miltergate.milter.session.MilterSession.Sent;
import org.miltergate.milter.session.SessionListener;
import org.miltergate.milter.session.Stage;
import org.miltergate.milter.wire.ClientAddress;
import org.miltergate.milter.wire.Command;
import org.miltergate.milter.wire.CommandCode;
import org.miltergate.milter.wire.MacroValue;
import org.miltergate.milter.wire.ProtocolSteps;
import org.miltergate.milter.wire.Reply;

/**
 * One SMTP session as a chain would tell it to one milter, with everything that an SMTP client may
 * do in between. What is not answered within the client's limits fails.
 *
 * <p>Checks at the end of each message that the milter saw exactly what it was sent.
 */
final class RandomSession implements SessionListener {
  private final MilterClient client;
  private final RandomGenerator random;
  private final ProtocolSteps lacks;
  private final Macros macros = new Macros();
  private final StringBuilder transcript = new StringBuilder();
  private final StringBuilder told = new StringBuilder();
  private final List<String> seen = new ArrayList<>();
  private final Queue<Stage> pipelined = new ArrayDeque<>();

  RandomSession(MilterClient client, RandomGenerator random, ProtocolSteps lacks) {
    this.client = client;
    this.random = random;
    this.lacks = lacks;
  }

  String transcript() {
    return transcript.toString();
  }

  @Override
  public void told(Command command) {
    char letter = (char) CommandCode.of(command).letter();
    transcript.append(' ').append(letter);
    if (command instanceof Command.Macro macro) {
      MacroValue last = macro.values().getLast();
      transcript.append((char) macro.command());
      if (last.value().isEmpty()) {
        throw new IllegalStateException("packet ends in an empty value");
      }
    } else {
      told.append(letter);
    }
  }

  @Override
  public void said(Reply reply) {
    transcript.append('>').append(reply.getClass().getSimpleName());
    if (reply instanceof Reply.AddHeader(Bytes name, Bytes value)) {
      seen.add(value.toString());
    }
  }

  @Override
  public void warned(String text) {
    transcript.append(" (").append(text).append(')');
  }

  /** Plays the session; returns how many messages came to their end. */
  int run() throws IOException {
    macros.set("i", "4fX");
    macros.set("j", "mx.test");
    int ended = 0;
    try (MilterSession session = client.open(this)) {
      if (!passes(ask(session, new Command.Connect(text("client.test"), address())))) {
        return ended;
      }
      for (int i = random.nextInt(5); i > 0; i--) {
        if (random.nextInt(3) > 0 && !passes(ask(session, new Command.Helo(text("client.test"))))) {
          return ended;
        }
        unknown(session);
        ended += message(session) ? 1 : 0;
        endMessage(session);
        unknown(session);
        if (client.pipeline() && session.endedEarly()) {
          return ended;
        }
      }
    }
    return ended;
  }

  private static ClientAddress address() {
    return new ClientAddress(ClientAddress.Family.INET4, 4000, text("192.0.2.7"));
  }

  private void endMessage(MilterSession session) throws IOException {
    session.endMessage();
  }

  /** Returns whether the message was sent to its end. */
  private boolean message(MilterSession session) throws IOException {
    told.setLength(0);
    seen.clear();
    if (random.nextBoolean()) {
      macros.set("{mail_addr}", random.nextBoolean() ? "" : "a@x.test");
    } else {
      macros.clear("{mail_addr}");
    }
    if (!passes(ask(session, new Command.Mail(text("<a@x.test>"), List.of())))
        || !recipients(session)
        || givesUp()
        || !passes(ask(session, new Command.Data()))) {
      return false;
    }
    unknown(session);
    return !givesUp() && content(session);
  }

  /** Returns whether there is one that was not refused. */
  private boolean recipients(MilterSession session) throws IOException {
    boolean accepted = false;
    for (int i = random.nextInt(4); i >= 0; i--) {
      unknown(session);
      macros.set("{rcpt_addr}", "b" + i + "@y.test");
      Command rcpt = new Command.Rcpt(text("<b" + i + "@y.test>"), List.of());
      if (random.nextInt(6) == 0) {
        if (session.wantsRefusedRecipients()) {
          ask(session, rcpt);
        }
      } else {
        Reply.Verdict verdict = ask(session, rcpt);
        if (verdict instanceof Reply.Discard) {
          return false;
        }
        accepted |= passes(verdict);
      }
    }
    unknown(session);
    return accepted;
  }

  private boolean content(MilterSession session) throws IOException {
    List<Command> commands = new ArrayList<>();
    for (int i = random.nextInt(4); i > 0; i--) {
      commands.add(new Command.Header(text("Subject"), text("hello")));
    }
    commands.add(new Command.EndOfHeaders());
    for (int i = random.nextInt(3); i > 0; i--) {
      commands.add(new Command.Body(text("body\r\n")));
    }
    commands.add(new Command.EndOfMessage());
    boolean isAsked = session.wants(Stage.END_OF_MESSAGE);
    for (Command command : commands) {
      if (client.pipeline()) {
        if (session.send(command, macros) == Sent.AWAITS_REPLY) {
          pipelined.add(Stage.of(command));
        }
      } else if (givesUp() || !passes(ask(session, command))) {
        return false;
      }
    }
    while (session.awaitedReplies() > 0) {
      if (!passes(session.receive(edit -> {}))) {
        return false;
      }
    }
    if (isAsked && !seen.isEmpty()) {
      requireSeen();
    }
    return true;
  }

  /** What comes before may belong to messages that were given up. */
  private void requireSeen() {
    StringBuilder wanted = new StringBuilder();
    for (char letter : told.toString().replaceAll("^A|E$", "").toCharArray()) {
      if (!lacks(letter)) {
        wanted.append(letter);
      }
    }
    String last = seen.getLast();
    if (!last.endsWith(wanted.toString())) {
      throw new IllegalStateException("filter saw " + last + ", was told " + wanted);
    }
  }

  private boolean lacks(char letter) {
    return switch (letter) {
      case 'M' -> lacks.has(ProtocolSteps.Step.NO_MAIL);
      case 'R' -> lacks.has(ProtocolSteps.Step.NO_RCPT);
      case 'T' -> lacks.has(ProtocolSteps.Step.NO_DATA);
      case 'U' -> lacks.has(ProtocolSteps.Step.NO_UNKNOWN);
      case 'L' -> lacks.has(ProtocolSteps.Step.NO_HEADERS);
      case 'N' -> lacks.has(ProtocolSteps.Step.NO_END_OF_HEADERS);
      case 'B' -> lacks.has(ProtocolSteps.Step.NO_BODY);
      default -> false;
    };
  }

  private void unknown(MilterSession session) throws IOException {
    while (random.nextInt(4) == 0) {
      ask(session, new Command.Unknown(text("FOO")));
    }
  }

  private boolean givesUp() {
    return random.nextInt(25) == 0;
  }

  private Reply.Verdict ask(MilterSession session, Command command) throws IOException {
    return session.send(command, macros) == Sent.AWAITS_REPLY
        ? session.receive(edit -> {})
        : new Reply.Continue();
  }

  private static boolean passes(Reply.Verdict verdict) {
    return switch (verdict) {
      case Reply.Continue v -> true;
      case Reply.Accept v -> true;
      case Reply.Skip v -> true;
      default -> false;
    };
  }

  private static Bytes text(String text) {
    return Bytes.ofLatin1(text);
  }
}
