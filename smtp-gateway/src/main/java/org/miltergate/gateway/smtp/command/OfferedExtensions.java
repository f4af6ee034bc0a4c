package org.miltergate.gateway.smtp.command;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.miltergate.config.tls.TlsMode;
import org.miltergate.gateway.smtp.session.SessionScope;

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

  /** Returns the lines after the host name, each a keyword and its parameters. */
  static List<String> lines(SessionScope scope) {
    List<String> lines = new ArrayList<>();
    lines.add("PIPELINING");
    lines.add("SIZE " + scope.server().limits().maxMessageBytes());
    if (scope.listener().tls().mode() == TlsMode.STARTTLS && scope.state().tls().isEmpty()) {
      lines.add("STARTTLS");
    }
    AuthOffer.line(scope).ifPresent(lines::add);
    if (XclientCommand.isPermitted(scope)) {
      lines.add(XclientCommand.OFFER);
    }
    if (scope.mayXforward()) {
      lines.add(XforwardCommand.OFFER);
    }
    lines.add("ENHANCEDSTATUSCODES");
    lines.add("8BITMIME");
    lines.add("DSN");
    lines.add("SMTPUTF8");
    lines.add("CHUNKING");
    if (scope.state().tls().isPresent()) { // RFC 8689, section 2
      lines.add("REQUIRETLS");
    }
    lines.add("LIMITS RCPTMAX=" + scope.server().limits().maxRecipients());
    List<String> hidden = hidden(scope);
    if (!hidden.isEmpty()) {
      lines.removeIf(line -> hidden.contains(keyword(line)));
    }
    return lines;
  }

  /** Returns whether the settings hide the extension of that keyword from this client. */
  static boolean hides(SessionScope scope, String keyword) {
    return hidden(scope).contains(keyword);
  }

  private static List<String> hidden(SessionScope scope) {
    return scope.listener().hiddenExtensions(scope.state().client().address());
  }

  /** Returns the keywords of all that is offered, in capitals. */
  static Set<String> keywords(SessionScope scope) {
    return lines(scope).stream()
        .map(OfferedExtensions::keyword)
        .collect(Collectors.toUnmodifiableSet());
  }

  private static String keyword(String line) {
    int blank = line.indexOf(' ');
    return blank < 0 ? line : line.substring(0, blank);
  }
}
