package org.miltergate.milter.test.mta;

import java.io.IOException;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Thrown when a milter cannot be reached or does what the protocol does not allow.
 *
 * <p>The message names the milter, what it did and what was wanted, and ends with the last lines of
 * the conversation; {@link #problem} is its first line alone.
 */
public final class MilterFaultException extends IOException {
  private static final long serialVersionUID = 1;
  private static final int SHOWN_LINES = 40;

  /** What is wrong. */
  public enum Fault {
    /** Nothing listens at the address, or it cannot be connected to in time. */
    NO_MILTER,
    /** Whatever listens there speaks another protocol. */
    NOT_A_MILTER,
    /** The milter closed the connection in place of an answer to the offer. */
    REFUSED_OFFER,
    /** The milter chose a version that does not exist, or one above the offer. */
    WRONG_VERSION,
    /** The milter chose actions that were not offered. */
    BEYOND_OFFER,
    /** Bytes that are no packet, or a packet whose content is not valid. */
    MALFORMED_PACKET,
    /** A reply that has no place at this stage. */
    WRONG_REPLY,
    /** An edit for which the action was not negotiated. */
    EDIT_NOT_NEGOTIATED,
    /** A reply, although none was due. */
    UNDUE_REPLY,
    /** More edits, or larger ones, than the driver takes. */
    TOO_MUCH,
    /** No reply within the limit. */
    TIMEOUT,
    /** The connection ended while a reply was due. */
    CLOSED;

    /** Returns the name in lower case with hyphens, such as {@code wrong-reply}. */
    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  private final Fault fault;
  private final String problem;
  private final String conversation;

  MilterFaultException(
      Fault fault, String milter, String problem, Transcript said, @Nullable Throwable cause) {
    super(message(milter + ": " + problem, said), cause);
    this.fault = Objects.requireNonNull(fault, "fault");
    this.problem = milter + ": " + problem;
    this.conversation = said.toString();
  }

  private static String message(String problem, Transcript said) {
    return said.lines().isEmpty() ? problem : problem + "\n" + said.tail(SHOWN_LINES);
  }

  public Fault fault() {
    return fault;
  }

  /** Returns the milter and what it did, in one line. */
  public String problem() {
    return problem;
  }

  /** Returns the whole conversation; empty if there was none. */
  public String conversation() {
    return conversation;
  }
}
