package org.miltergate.gateway.relay.smtp;

import java.util.Base64;
import java.util.Optional;
import org.miltergate.config.nexthop.NextHopConfig;
import org.miltergate.config.nexthop.TlsLevel;
import org.miltergate.gateway.relay.NextHopException;
import org.miltergate.gateway.relay.NextHopException.Kind;
import org.miltergate.milter.mail.SmtpReply;

/**
 * Logs in to the next hop (RFC 4954).
 *
 * <p>A failed login is not a refusal of the message: the client can do nothing about it, and is
 * told to try again, whatever the next hop replied. A password goes over a connection without TLS
 * only where the settings rule TLS out.
 */
final class SmtpLogin {
  /** RFC 4954, section 4: a longer command needs a client that was told. */
  private static final int MAX_COMMAND_CHARS = 512;

  private static final int MAX_CHALLENGES = 10;

  private final SmtpConnection connection;
  private final NextHopConfig.Smtp config;

  SmtpLogin(SmtpConnection connection, NextHopConfig.Smtp config) {
    this.connection = connection;
    this.config = config;
  }

  /**
   * Logs in if there is a name to do it with.
   *
   * @throws NextHopException also if AUTH is not offered
   */
  void run() throws NextHopException {
    if (config.username().isEmpty()) {
      return;
    }
    if (connection.tls().isEmpty() && config.tls().level() != TlsLevel.NONE) {
      throw failed("no password is sent to %s without TLS".formatted(connection.relay()));
    }
    SaslMechanism mechanism =
        SaslMechanism.choose(
                connection.extensions().authMechanisms(),
                config.username(),
                config.password().value())
            .orElseThrow(() -> failed(offersNone()));
    talk(mechanism);
  }

  private String offersNone() {
    return "server %s offered no compatible authentication mechanisms"
        .formatted(connection.relay());
  }

  private void talk(SaslMechanism mechanism) throws NextHopException {
    SmtpReply reply = begin(mechanism);
    for (int i = 0; reply.code() / 100 == 3 && i < MAX_CHALLENGES; i++) {
      reply = exchange(encode(respond(mechanism, reply)));
    }
    if (!reply.isPositive()) {
      String said = "server %s said: %s".formatted(connection.relay(), reply);
      throw reply.isTransientFailure() || reply.isPermanentFailure()
          ? failed(said)
          : connection.unexpected(SmtpStep.AUTH, reply);
    }
    if (!mechanism.mayEnd()) {
      throw failed(
          "server %s accepted the login without completing %s"
              .formatted(connection.relay(), mechanism.name()));
    }
  }

  private SmtpReply begin(SaslMechanism mechanism) throws NextHopException {
    String command = "AUTH " + mechanism.name();
    Optional<byte[]> initial = mechanism.initialResponse();
    if (initial.isEmpty()) {
      return exchange(command);
    }
    String response = encode(initial.get());
    String whole = command + " " + response;
    if (whole.length() + 2 <= MAX_COMMAND_CHARS) {
      return exchange(whole);
    }
    SmtpReply reply = exchange(command);
    return reply.code() / 100 == 3 ? exchange(response) : reply;
  }

  private byte[] respond(SaslMechanism mechanism, SmtpReply reply) throws NextHopException {
    try {
      String challenge = reply.lines().getFirst().toString().strip();
      return mechanism.respond(Base64.getDecoder().decode(challenge));
    } catch (MalformedReplyException e) {
      throw failed("server %s: %s".formatted(connection.relay(), e.getMessage()));
    } catch (IllegalArgumentException e) {
      throw failed(
          "server %s sent a challenge that is not valid base64".formatted(connection.relay()));
    }
  }

  private static String encode(byte[] response) {
    return Base64.getEncoder().encodeToString(response);
  }

  private SmtpReply exchange(String line) throws NextHopException {
    return connection.exchange(SmtpCommand.of(SmtpStep.AUTH, line));
  }

  private NextHopException failed(String reason) {
    return new NextHopException(
        Kind.LOGIN, connection.relay(), "SASL authentication failed; " + reason);
  }
}
