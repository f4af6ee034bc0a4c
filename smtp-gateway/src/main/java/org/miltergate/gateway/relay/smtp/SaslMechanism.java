package org.miltergate.gateway.relay.smtp;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * One login attempt, from the client's side (RFC 4422).
 *
 * <p>Not thread-safe; use from one thread at a time.
 */
sealed interface SaslMechanism {

  /** Chooses the best of those that are offered: SCRAM-SHA-256, PLAIN, LOGIN. */
  static Optional<SaslMechanism> choose(String offered, String username, String password) {
    Set<String> names = new TreeSet<>(List.of(offered.toUpperCase(Locale.ROOT).split("[ \t=]+")));
    if (names.contains(Scram.NAME)) {
      return Optional.of(new Scram(new ScramClient(username, password)));
    }
    if (names.contains(Plain.NAME)) {
      return Optional.of(new Plain(username, password));
    }
    return names.contains(Login.NAME)
        ? Optional.of(new Login(username, password))
        : Optional.empty();
  }

  String name();

  /** Returns what can be said with the command; empty if the server begins. */
  Optional<byte[]> initialResponse();

  /**
   * Answers the server.
   *
   * @throws MalformedReplyException if the challenge does not belong there
   */
  byte[] respond(byte[] challenge) throws MalformedReplyException;

  /** Returns whether the server may say now that the login succeeded. */
  boolean mayEnd();

  /** The password in plain text; RFC 4616. */
  final class Plain implements SaslMechanism {
    static final String NAME = "PLAIN";

    private final byte[] message;

    Plain(String username, String password) {
      ByteArrayOutputStream text = new ByteArrayOutputStream();
      text.write(0);
      text.writeBytes(username.getBytes(StandardCharsets.UTF_8));
      text.write(0);
      text.writeBytes(password.getBytes(StandardCharsets.UTF_8));
      message = text.toByteArray();
    }

    @Override
    public String name() {
      return NAME;
    }

    @Override
    public Optional<byte[]> initialResponse() {
      return Optional.of(message.clone());
    }

    @Override
    public byte[] respond(byte[] challenge) throws MalformedReplyException {
      throw new MalformedReplyException("an unexpected challenge");
    }

    @Override
    public boolean mayEnd() {
      return true;
    }
  }

  /** User name and password in plain text; never standardized. */
  final class Login implements SaslMechanism {
    static final String NAME = "LOGIN";

    private final List<String> answers;
    private int next;

    Login(String username, String password) {
      answers = List.of(username, password);
    }

    @Override
    public String name() {
      return NAME;
    }

    @Override
    public Optional<byte[]> initialResponse() {
      return Optional.empty();
    }

    @Override
    public byte[] respond(byte[] challenge) throws MalformedReplyException {
      if (next == answers.size()) {
        throw new MalformedReplyException("a third challenge, must be two");
      }
      return answers.get(next++).getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public boolean mayEnd() {
      return next == answers.size();
    }
  }

  /** The password is proved and not sent, and the server proves that it knows it; RFC 7677. */
  final class Scram implements SaslMechanism {
    static final String NAME = "SCRAM-SHA-256";

    private final ScramClient client;

    Scram(ScramClient client) {
      this.client = client;
    }

    @Override
    public String name() {
      return NAME;
    }

    @Override
    public Optional<byte[]> initialResponse() {
      return Optional.of(client.first().getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public byte[] respond(byte[] challenge) throws MalformedReplyException {
      String text = new String(challenge, StandardCharsets.UTF_8);
      return client.respond(text).getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public boolean mayEnd() {
      return client.serverIsProved();
    }
  }
}
