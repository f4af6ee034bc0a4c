package org.miltergate.gateway.smtp.command;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.miltergate.gateway.auth.Login;
import org.miltergate.gateway.dns.ClientName;
import org.miltergate.gateway.dns.ClientName.Status;
import org.miltergate.gateway.smtp.session.Answer;
import org.miltergate.gateway.smtp.session.ClientIdentity;
import org.miltergate.gateway.smtp.session.SessionScope;
import org.miltergate.gateway.smtp.session.SessionState;
import org.miltergate.gateway.smtp.syntax.ClientAttribute;
import org.miltergate.gateway.smtp.syntax.SyntaxException;
import org.miltergate.milter.bytes.Bytes;

/**
 * XCLIENT: an authorized client states on whose behalf it connects, and the session starts over
 * with that client.
 *
 * <p>Only the networks of {@code xclient-networks} may use it, and the right depends on the
 * session's current address, so it ends when another address is stated. A command with a wrong
 * attribute changes nothing. TLS stays; HELO, login and milters' verdicts are forgotten, unless the
 * command sets new ones.
 *
 * <p>Not thread-safe; used by the session's thread.
 *
 * @see "postfix src/smtpd/smtpd.c, xclient_cmd"
 */
final class XclientCommand {
  static final String OFFER =
      "XCLIENT NAME ADDR PROTO HELO REVERSE_NAME PORT LOGIN DESTADDR DESTPORT";

  private final SessionScope scope;
  private final Greeter greeter;

  XclientCommand(SessionScope scope, Greeter greeter) {
    this.scope = scope;
    this.greeter = greeter;
  }

  static boolean isPermitted(SessionScope scope) {
    return scope.server().config().policy().isXclient(scope.state().client().address());
  }

  /** Returns a refusal, or the greeting for the new client. */
  Answer xclient(Bytes argument) {
    Optional<Answer> refusal =
        ForwardingRules.check(scope, "XCLIENT", argument, isPermitted(scope));
    if (refusal.isPresent()) {
      return refusal.get();
    }
    StatedClient stated = new StatedClient(scope.state());
    try {
      for (ClientAttribute attribute : ClientAttribute.parse("XCLIENT", argument)) {
        stated.apply(attribute);
      }
    } catch (SyntaxException e) {
      return Answer.of(e.reply());
    }
    String before = scope.state().client().nameAndAddress();
    scope.state().restart(stated.client(), stated.server());
    scope.state().greeted(stated.helo, stated.extended);
    scope.logOut();
    if (stated.login != null) {
      scope.logIn(new Login("XCLIENT", stated.login, stated.login));
    }
    scope.log().clientChanged(before);
    scope.openMilters();
    return greeter.greet();
  }

  /** The client with the attributes applied. */
  private static final class StatedClient {
    private String name;
    private String pointer;
    private Status status;
    private InetAddress address;
    private int port;
    private InetAddress serverAddress;
    private int serverPort;
    private Bytes helo = Bytes.EMPTY;
    private boolean extended;
    private @Nullable String login;

    StatedClient(SessionState known) {
      ClientIdentity client = known.client();
      name = client.names().name();
      pointer = client.names().pointer();
      status = client.names().status();
      address = client.address();
      port = client.port();
      serverAddress = known.serverAddress().getAddress();
      serverPort = known.serverAddress().getPort();
    }

    ClientIdentity client() {
      return new ClientIdentity(new ClientName(name, pointer, status), address, port);
    }

    InetSocketAddress server() {
      return new InetSocketAddress(serverAddress, serverPort);
    }

    void apply(ClientAttribute attribute) throws SyntaxException {
      switch (attribute.name()) {
        case "NAME" -> name(attribute);
        case "REVERSE_NAME" ->
            pointer = isMissing(attribute) ? ClientName.UNKNOWN : attribute.hostName();
        case "ADDR" -> address = attribute.address();
        case "PORT" -> port = attribute.port();
        case "HELO" ->
            helo = attribute.isUnavailable() ? Bytes.EMPTY : Bytes.ofLatin1(attribute.harmless());
        case "PROTO" -> extended = isExtended(attribute);
        case "LOGIN" -> login = attribute.isUnavailable() ? login : attribute.value();
        case "DESTADDR" -> serverAddress = attribute.address();
        case "DESTPORT" -> serverPort = attribute.port();
        default -> throw attribute.unknownName();
      }
    }

    private void name(ClientAttribute attribute) throws SyntaxException {
      if (isMissing(attribute)) {
        name = ClientName.UNKNOWN;
        status = attribute.isUnavailable() ? Status.FAIL : Status.TEMP;
      } else {
        name = attribute.hostName();
        pointer = name;
        status = Status.OK;
      }
    }

    private static boolean isMissing(ClientAttribute attribute) {
      return attribute.isUnavailable() || attribute.isUnavailableForNow();
    }

    private static boolean isExtended(ClientAttribute attribute) throws SyntaxException {
      String protocol = attribute.value().toUpperCase(Locale.ROOT);
      if (!List.of("SMTP", "ESMTP").contains(protocol)) {
        throw attribute.malformed();
      }
      return protocol.equals("ESMTP");
    }
  }
}
