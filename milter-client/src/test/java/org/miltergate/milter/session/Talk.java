package org.miltergate.milter.session;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.UnaryOperator;
import org.miltergate.milter.test.ScriptedMilter;
import org.miltergate.milter.wire.Reply;
import org.miltergate.net.Endpoint;

/** A session with a milter, spoken in letters: {@code say("C H M")} gives {@code "c c r"}. */
final class Talk implements AutoCloseable, SessionListener {
  static final Duration AMPLE = Duration.ofSeconds(20);

  final Macros macros = new Macros();
  final List<String> warnings = new CopyOnWriteArrayList<>();
  final List<Reply.Modification> edits = new ArrayList<>();
  final MilterSession session;

  private Talk(MilterClient client) throws IOException {
    session = client.open(this);
  }

  static Talk with(ScriptedMilter milter) throws IOException {
    return with(milter.address(), builder -> builder);
  }

  static Talk with(Endpoint address, UnaryOperator<MilterClient.Builder> settings)
      throws IOException {
    MilterClient.Builder usual =
        MilterClient.builder("m", address)
            .connectTimeout(AMPLE)
            .commandTimeout(AMPLE)
            .contentTimeout(AMPLE)
            .endOfMessageTimeout(AMPLE);
    return new Talk(settings.apply(usual).build());
  }

  @Override
  public void warned(String text) {
    warnings.add(text);
  }

  /**
   * Says commands in turn and returns the letters of the answers: {@code .} for a command that is
   * not answered, {@code -} for one that was not sent. {@code A} ends the message, without answer.
   */
  String say(String letters) throws IOException {
    List<String> answers = new ArrayList<>();
    for (String letter : letters.split(" ")) {
      if (letter.equals("A")) {
        session.endMessage();
      } else {
        answers.add(tell(letter));
      }
    }
    return String.join(" ", answers);
  }

  private String tell(String letter) throws IOException {
    return switch (session.send(Letters.command(letter), macros)) {
      case NOT_SENT -> "-";
      case NO_REPLY -> ".";
      case AWAITS_REPLY -> {
        Reply.Verdict verdict =
            letter.equals("E") ? session.receive(edits::add) : session.receive();
        yield Letters.of(verdict);
      }
    };
  }

  @Override
  public void close() {
    session.close();
  }
}
