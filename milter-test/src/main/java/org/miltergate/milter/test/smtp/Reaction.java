package org.miltergate.milter.test.smtp;

import java.time.Duration;
import java.util.List;
import javax.net.ssl.SSLContext;
import org.miltergate.milter.bytes.Bytes;

/**
 * What a {@link ScriptedSmtpSink} does at an event. Chained with {@link #then}.
 *
 * <p>Only {@link Reply} moves the dialogue: whether its first digit is a 2 or 3 decides if a
 * sender, recipient or message counts as accepted.
 */
public sealed interface Reaction {

  /**
   * Sends these lines, each ended by CRLF; the text between the first and the last is sent as is.
   */
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

  /** Sends these bytes and nothing else; not taken for an acceptance. */
  record Raw(Bytes bytes) implements Reaction {}

  /** Sends these bytes one at a time with a pause behind each; not taken for an acceptance. */
  record Drip(Bytes bytes, Duration pause) implements Reaction {}

  /** Waits; ends early if the sink is closed. */
  record Pause(Duration length) implements Reaction {}

  /** Says nothing and goes on reading, so that the end of the client is seen. */
  record Silence() implements Reaction {}

  /** Neither reads nor writes any more until the sink is closed. */
  record Stall() implements Reaction {}

  /** Negotiates TLS as the server; what the client has sent before is thrown away. */
  record Tls(SSLContext context) implements Reaction {}

  /** Closes the connection in the usual way. */
  record Close() implements Reaction {}

  /** Closes the connection with a TCP reset. */
  record Reset() implements Reaction {}

  /** Does one, then the other. */
  record Sequence(Reaction first, Reaction second) implements Reaction {
    @Override
    public boolean accepts() {
      return first.accepts() || second.accepts();
    }
  }

  /** Tells whether it ends with a reply that begins so. */
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

  /** Tells whether it holds a reply of 2xx or 3xx. */
  default boolean accepts() {
    return false;
  }

  static Reaction reply(String... lines) {
    return new Reply(List.of(lines));
  }

  /** Sends the chars of {@code text} as bytes (ISO 8859-1), without a line end of its own. */
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
