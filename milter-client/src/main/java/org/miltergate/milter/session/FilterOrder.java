package org.miltergate.milter.session;

import static org.miltergate.milter.session.Stage.BODY;
import static org.miltergate.milter.session.Stage.DATA;
import static org.miltergate.milter.session.Stage.END_OF_HEADERS;
import static org.miltergate.milter.session.Stage.END_OF_MESSAGE;
import static org.miltergate.milter.session.Stage.HEADER;
import static org.miltergate.milter.session.Stage.HELO;
import static org.miltergate.milter.session.Stage.MAIL;
import static org.miltergate.milter.session.Stage.RCPT;
import static org.miltergate.milter.session.Stage.UNKNOWN;

import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;

/**
 * Which command of a message a libmilter filter answers next.
 *
 * <p>It silently drops a command out of this order, and the MTA would wait for the reply in vain. A
 * stage that the filter declined may be missing, others may not, so that what is told differs in
 * two places from what was asked for:
 *
 * <ul>
 *   <li>After DATA comes a header field or the end of the headers. A message without fields is told
 *       with an end of headers, also to a filter that declined it.
 *   <li>After an unknown command come DATA or another recipient, and no content. Inside a message
 *       it is kept back from a filter that is not told of DATA.
 * </ul>
 *
 * @see "sendmail libmilter/engine.c, next_states and trans_ok"
 */
@SuppressWarnings("EnumOrdinal") // stages stand in the order of an SMTP session
final class FilterOrder {
  private static final Map<Stage, Set<Stage>> NEXT =
      new EnumMap<>(
          Map.of(
              HELO, EnumSet.of(HELO, MAIL, UNKNOWN),
              MAIL, EnumSet.of(RCPT, UNKNOWN),
              RCPT, EnumSet.of(RCPT, DATA, HEADER, END_OF_HEADERS, BODY, END_OF_MESSAGE, UNKNOWN),
              DATA, EnumSet.of(HEADER, END_OF_HEADERS),
              HEADER, EnumSet.of(HEADER, END_OF_HEADERS),
              END_OF_HEADERS, EnumSet.of(BODY, END_OF_MESSAGE),
              BODY, EnumSet.of(BODY, END_OF_MESSAGE),
              UNKNOWN, EnumSet.of(HELO, MAIL, RCPT, DATA, BODY, UNKNOWN)));

  private final Negotiated negotiated;

  /** The last command sent since MAIL was expected; HELO if none. */
  private Stage last = HELO;

  FilterOrder(Negotiated negotiated) {
    this.negotiated = negotiated;
  }

  /** The filter was told something while a message was under way. */
  void told(Stage stage) {
    last = stage;
  }

  /** The message is over. Between messages libmilter takes whatever may come there. */
  void messageOver() {
    last = HELO;
  }

  /** Returns whether the filter, told {@code next} now, answers it. */
  boolean takes(Stage next) {
    Stage from = last;
    while (!NEXT.getOrDefault(from, Set.of()).contains(next)) {
      if (from == UNKNOWN || from == END_OF_MESSAGE) {
        return false;
      }
      from = Stage.values()[from.ordinal() + 1];
      if (!from.isDeclinedBy(negotiated)) {
        return false;
      }
    }
    return true;
  }

  /** Returns whether the end of headers has to be told although it was declined. */
  boolean needsEndOfHeaders() {
    return !takes(END_OF_MESSAGE);
  }

  /** Returns whether the rest of a message is answered after an unknown command before DATA. */
  boolean takesUnknown() {
    return takes(UNKNOWN) && DATA.isSentTo(negotiated);
  }
}
