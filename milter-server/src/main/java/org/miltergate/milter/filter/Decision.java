package org.miltergate.milter.filter;

import java.util.List;
import org.miltergate.milter.server.Answer;

/**
 * What a filter decides on a message, a recipient or a client.
 *
 * <p>Edits of the message are made only with {@link Continue}, {@link Accept} and {@link
 * Quarantine}.
 */
@SuppressWarnings(
    "ClassInitializationDeadlock") // the records run no code when they are initialized
public sealed interface Decision {
  /** This filter has no objection; the next filter is asked. */
  Decision CONTINUE = new Continue();

  /** Accepts, without further questions to this filter. */
  Decision ACCEPT = new Accept();

  /** Refuses for good, with the MTA's text. */
  Decision REJECT = new Reject();

  /** Refuses for now, with the MTA's text. */
  Decision TEMPFAIL = new TempFail();

  /** Replies 250 to the client and drops the message. */
  Decision DISCARD = new Discard();

  /** See {@link #CONTINUE}. */
  record Continue() implements Decision {}

  /** See {@link #ACCEPT}. */
  record Accept() implements Decision {}

  /** See {@link #REJECT}. */
  record Reject() implements Decision {}

  /** See {@link #TEMPFAIL}. */
  record TempFail() implements Decision {}

  /** See {@link #DISCARD}. */
  record Discard() implements Decision {}

  /** See {@link #reply}. */
  record Refuse(int code, List<String> lines) implements Decision {
    public Refuse {
      lines = List.copyOf(lines);
      Answer.reply(code, lines.toArray(String[]::new)); // for its checks
    }
  }

  /** See {@link #quarantine}. */
  record Quarantine(String reason) implements Decision {
    public Quarantine {
      if (reason.isEmpty() || reason.chars().anyMatch(Character::isISOControl)) {
        throw new IllegalArgumentException("reason of a quarantine must be one line of text");
      }
    }
  }

  /**
   * Refuses with a reply code and text of the filter's own.
   *
   * @param code 400 to 599
   * @param lines at least one; usually with an enhanced status code in front, of the class of
   *     {@code code}
   * @throws IllegalArgumentException if the code or a line is invalid
   */
  static Decision reply(int code, String... lines) {
    return new Refuse(code, List.of(lines));
  }

  /**
   * Lets the message pass into quarantine: the MTA accepts and holds it.
   *
   * @param reason for the postmaster; one line
   */
  static Decision quarantine(String reason) {
    return new Quarantine(reason);
  }

  /** Returns whether the message or recipient does not pass because of this. */
  default boolean isRefusal() {
    return this instanceof Reject || this instanceof TempFail || this instanceof Refuse;
  }
}
