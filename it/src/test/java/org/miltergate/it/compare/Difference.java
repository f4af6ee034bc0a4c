package org.miltergate.it.compare;

/**
 * Where the gateway differs from Postfix on purpose, each with its reason.
 *
 * <p>The first ones apply everywhere, so {@link Transcript} leaves such things out; the others are
 * named by the scenarios that show them. {@code docs/differences-from-postfix.md} describes all of
 * them for users.
 */
public enum Difference {
  // Everywhere.
  OWN_REPLIES("The words of replies that no milter gave are the server's own; the codes agree."),
  OWN_RECEIVED("Each server writes its own Received field, with its name and its queue id."),
  ABORT_OUTSIDE_A_MESSAGE(
      "Postfix sends ABORT at every HELO, RSET and end of connection, also where no message is"
          + " open; a filter ignores that."),
  MACROS_FOR_EACH_PIECE(
      "Postfix sends macros before each header field, each body chunk and each unknown command, and"
          + " empty macro packets; libmilter ignores the former, and older filters break on the"
          + " latter."),
  NEXT_HOP_MACROS(
      "Postfix names the next hop and the transport of its routing tables in {mail_host},"
          + " {rcpt_host} and {..._mailer}; the gateway has one next hop for all, and names the"
          + " domain of the address."),
  MORE_MACROS("The gateway also sends by default what Sendmail sends."),
  QUEUE_ID_FROM_MAIL_ON(
      "Postfix has no queue id before its first good recipient; the gateway has one from MAIL on,"
          + " as Sendmail has."),
  QUIT_ALWAYS(
      "Postfix hangs up without QUIT on a milter that has accepted or refused the client; the"
          + " gateway always says QUIT."),

  // Shown by scenarios.
  REFUSED_CLIENT(
      "A client that was refused at CONNECT or HELO gets the refusal for each command; Postfix"
          + " looks for the right order of commands first."),
  LINE_ENDS_IN_VALUES("A CR in a header field of a milter does not get through."),
  WHOLE_UNKNOWN_COMMAND("Milters get an unknown command as a whole line, not its first word."),
  ABORT_BEFORE_HELO(
      "A HELO ends an open message before it is told; Postfix tells it the other way."),
  ADDRESS_MACROS_AS_WRITTEN(
      "{mail_addr} and {rcpt_addr} are what the client wrote; Postfix rewrites them."),
  NO_GUESSING(
      "Addresses and arguments that have no meaning are refused with 501 or 555; Postfix takes what"
          + " it can make of some of them."),
  NO_ROUTES("A source route is dropped before the milters see the address; Postfix shows it."),
  REFUSED_RECIPIENT_TEXT(
      "{rcpt_addr} of a refused recipient is the text of the reply; Postfix leaves out the address"
          + " that its reply begins with."),
  MALFORMED_REPLY_TEXT(
      "A reply text that cannot be passed on becomes the default text of its class, and the milter"
          + " stays; Postfix says 451 4.3.5 and gives the milter up, or passes it on."),
  REFUSED_DATA(
      "After a refused DATA the refusal is repeated; Postfix tells the milter of each DATA, and"
          + " libmilter leaves a second one unanswered."),
  RECIPIENTS_ONCE(
      "A recipient that is there already, be it in another case of its domain, is not added"
          + " again."),
  BODY_IN_SEVERAL_PLACES(
      "Pieces of a new body may have other edits between them; to Postfix that is a configuration"
          + " error."),
  ABORT_TO_WHO_SHUTS_DOWN("A milter that said SHUTDOWN is told of the end of the message too."),
  EIGHT_BIT_EDITS_ARE_DECLARED(
      "8-bit bytes that a milter put into a message are declared to the next hop; Postfix goes by"
          + " what the client said."),
  FAILED_MILTER_LEAVES_NOTHING(
      "The edits of a milter that fails before its verdict are dropped; Postfix keeps them."),
  QUARANTINE_GOES_ON(
      "A quarantine does not end the chain: the milters behind still see the mail, and a later"
          + " refusal counts. In Postfix it does, and holds all later mails of the connection"
          + " too.");

  private final String reason;

  Difference(String reason) {
    this.reason = reason;
  }

  public String reason() {
    return reason;
  }
}
