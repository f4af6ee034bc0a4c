package org.miltergate.gateway.smtp.command;

import java.util.Optional;
import org.miltergate.gateway.dns.ClientName;
import org.miltergate.gateway.smtp.session.Answer;
import org.miltergate.gateway.smtp.session.ForwardedOrigin;
import org.miltergate.gateway.smtp.session.SessionScope;
import org.miltergate.gateway.smtp.syntax.ClientAttribute;
import org.miltergate.gateway.smtp.syntax.SyntaxException;
import org.miltergate.milter.bytes.Bytes;
import org.miltergate.net.IpText;

/**
 * XFORWARD: an authorized client states where the next message comes from, for the log only.
 *
 * <p>Only the networks of {@code xforward-networks} may use it, by the client's original address.
 * The information is forgotten at the end of the message.
 *
 * <p>Not thread-safe; used by the session's thread.
 *
 * @see "postfix src/smtpd/smtpd.c, xforward_cmd"
 */
final class XforwardCommand {
  static final String OFFER = "XFORWARD NAME ADDR PROTO HELO SOURCE PORT IDENT";

  private static final int MAX_PROTOCOL_LENGTH = 64;

  private final SessionScope scope;

  XforwardCommand(SessionScope scope) {
    this.scope = scope;
  }

  Answer xforward(Bytes argument) {
    Optional<Answer> refusal =
        ForwardingRules.check(scope, "XFORWARD", argument, scope.mayXforward());
    if (refusal.isPresent()) {
      return refusal.get();
    }
    ForwardedOrigin origin = scope.state().origin().orElse(ForwardedOrigin.UNKNOWN);
    try {
      for (ClientAttribute attribute : ClientAttribute.parse("XFORWARD", argument)) {
        origin = with(origin, attribute);
      }
    } catch (SyntaxException e) {
      return Answer.of(e.reply());
    }
    scope.state().origin(origin);
    return Answer.of(CommandReplies.OK);
  }

  private static ForwardedOrigin with(ForwardedOrigin origin, ClientAttribute attribute)
      throws SyntaxException {
    boolean known = !attribute.isUnavailable();
    switch (attribute.name()) {
      case "NAME" -> {
        String name = known ? attribute.hostName() : ClientName.UNKNOWN;
        return new ForwardedOrigin(name, origin.address(), origin.queueId());
      }
      case "ADDR" -> {
        String address = known ? IpText.format(attribute.address()) : ClientName.UNKNOWN;
        return new ForwardedOrigin(origin.name(), address, origin.queueId());
      }
      case "IDENT" -> {
        String queueId = known ? attribute.harmless() : "";
        return new ForwardedOrigin(origin.name(), origin.address(), queueId);
      }
      case "PORT" -> attribute.port();
      case "PROTO" -> {
        if (attribute.value().length() > MAX_PROTOCOL_LENGTH) {
          throw attribute.malformed();
        }
      }
      case "SOURCE" -> {
        if (known && !attribute.value().matches("(?i)LOCAL|REMOTE")) {
          throw attribute.malformed();
        }
      }
      case "HELO" -> {}
      default -> throw attribute.unknownName();
    }
    return origin;
  }
}
