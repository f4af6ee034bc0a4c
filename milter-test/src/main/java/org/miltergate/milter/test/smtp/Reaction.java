package org.miltergate.milter.test.smtp;

import java.time.Duration;
import java.util.List;
import javax.net.ssl.SSLContext;
import org.miltergate.milter.bytes.Bytes;

/**
 * What a {@link ScriptedSmtpSink} does at an event. Can be chained with {@link #then}.
 *
 * <p>Only {@link Reply} counts as a reply: a sender, recipient or message counts as accepted if its
 * first digit is 2 or 3.
 */
public sealed interface Reaction {

  /** Sends these lines, each ended by CRLF; the text in between is sent unchanged. */
  record Reply(List<String> lines) implements Reaction {
    public Reply {
      lines = List.copyOf(lines);
      if (lines.isEmpty()) {
        throw new IllegalArgumentException("reply must have a line");
      }
    }

    @Override
    public boolean accepts() {
      return lines.getLast().startsWith("2") || lines.getLast().startsWith("3");
    }
  }

  /** Sends these bytes and nothing else; does not count as acceptance. */
  record Raw(Bytes bytes) implements Reaction {}

  /** Sends these bytes one at a time with a pause after each; does not count as acceptance. */
  record Drip(Bytes bytes, Duration pause) implements Reaction {}

  /** Waits; ends early if the sink is closed. */
  record Pause(Duration length) implements Reaction {}

  /** Sends nothing and continues to read, so that the client's disconnect is noticed. */
  record Silence() implements Reaction {}

  /** Neither reads nor writes any more until the sink is closed. */
  record Stall() implements Reaction {}

  /** Negotiates TLS as the server; anything the client has sent before is discarded. */
  record Tls(SSLContext context) implements Reaction {}

  /** Closes the connection normally. */
  record Close() implements Reaction {}

  /** Closes the connection with a TCP reset. */
  record Reset() implements Reaction {}

  /** Does one after the other. */
  record Sequence(Reaction first, Reaction second) implements Reaction {
    @Override
    public boolean accepts() {
      return first.accepts() || second.accepts();
    }
  }

  /** Returns whether it ends with a reply that begins with this text. */
  default boolean endsWithReply(String start) {
    return switch (this) {
      case Reply reply -> reply.lines().getLast().startsWith(start);
      case Sequence sequence -> sequence.second().endsWithReply(start);
      case Raw raw -> false;
      case Drip drip -> false;
      case Pause pause -> false;
      case Silence silence -> false;
      case Stall stall -> false;
      case Tls tls -> false;
      case Close close -> false;
      case Reset reset -> false;
    };
  }

  /** Returns whether it contains a 2xx or 3xx reply. */
  default boolean accepts() {
    return false;
  }

  static Reaction reply(String... lines) {
    return new Reply(List.of(lines));
  }

  /** Sends the chars of {@code text} as bytes (ISO 8859-1), without adding a line end. */
  static Reaction raw(String text) {
    return new Raw(Bytes.ofLatin1(text));
  }

  static Reaction drip(String text, Duration pause) {
    return new Drip(Bytes.ofLatin1(text), pause);
  }

  static Reaction pause(Duration length) {
    return new Pause(length);
  }

  static Reaction silence() {
    return new Silence();
  }

  static Reaction stall() {
    return new Stall();
  }

  static Reaction tls(SSLContext context) {
    return new Tls(context);
  }

  static Reaction close() {
    return new Close();
  }

  static Reaction reset() {
    return new Reset();
  }

  default Reaction then(Reaction next) {
    return new Sequence(this, next);
  }
}
