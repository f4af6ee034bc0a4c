package org.miltergate.gateway.smtp;

import java.util.ArrayList;
import java.util.List;

/**
 * What EHLO offers to the client of a session, as it stands now.
 *
 * <p>What is offered is what works: a command or argument of an extension that is not offered is
 * refused. Each extension has its line here, in the order of Postfix.
 *
 * @see "postfix src/smtpd/smtpd.c, ehlo_cmd"
 */
final class OfferedExtensions {
  private OfferedExtensions() {}

  /** Returns the lines behind the host name, each a keyword and its parameters. */
  static List<String> lines(SessionScope scope) {
    List<String> lines = new ArrayList<>();
    lines.add("PIPELINING");
    lines.add("SIZE " + scope.server().limits().maxMessageBytes());
    lines.add("ENHANCEDSTATUSCODES");
    lines.add("8BITMIME");
    lines.add("SMTPUTF8");
    return lines;
  }
}
