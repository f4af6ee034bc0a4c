package org.miltergate.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;

/** Where accepted messages go. */
public sealed interface NextHopConfig {
  NextHopConfig DEFAULT = new Maildir(Path.of("./var/mail"));

  /**
   * Reads {@code smtp://host:port}, {@code smtp://[IPv6 address]:port} or {@code maildir:path}.
   *
   * @throws IllegalArgumentException if the text is none of these
   */
  static NextHopConfig parse(String text) {
    if (text.startsWith("smtp://")) {
      String rest = text.substring("smtp://".length());
      return Smtp.of(
          HostPort.parse(rest.endsWith("/") ? rest.substring(0, rest.length() - 1) : rest));
    }
    if (text.startsWith("maildir:") && text.length() > "maildir:".length()) {
      return new Maildir(PathText.parse(text.substring("maildir:".length())));
    }
    throw new IllegalArgumentException(
        "'"
            + text
            + "' is no next hop; write smtp://host:port, smtp://[IPv6 address]:port or"
            + " maildir:path");
  }

  /** Returns what {@link #parse} reads. */
  String address();

  /**
   * A directory in Maildir form, one for all recipients.
   *
   * @param path made if it is missing; a relative path is relative to the working directory
   */
  record Maildir(Path path) implements NextHopConfig {
    public Maildir {
      Objects.requireNonNull(path, "path");
    }

    @Override
    public String address() {
      return "maildir:" + path;
    }
  }

  /**
   * A host that is spoken to by SMTP.
   *
   * @param target host and port, 1 to 65535
   * @param timeouts for each step
   * @param recipientsPerTransaction 1 to 1,000,000; Postfix {@code
   *     smtp_destination_recipient_limit}, 50. A message with more gets several transactions
   * @param transactionsPerMessage open at the same time, 1 to 1,000; default 20. A message that
   *     needs more is refused
   * @param idleConnections kept for later messages, 0 to 10,000; default 8
   * @param idleTime how long each is kept unused; 0 for not at all; default 30 s
   */
  record Smtp(
      HostPort target,
      NextHopTimeouts timeouts,
      int recipientsPerTransaction,
      int transactionsPerMessage,
      int idleConnections,
      Duration idleTime)
      implements NextHopConfig {
    public Smtp {
      Objects.requireNonNull(timeouts, "timeouts");
      if (target.port() == 0) {
        throw new InvalidSettingException("address", "0 is not a port; write 1 to 65535");
      }
      Check.range("recipients-per-transaction", recipientsPerTransaction, 1, 1_000_000);
      Check.range("transactions-per-message", transactionsPerMessage, 1, 1000);
      Check.range("idle-connections", idleConnections, 0, 10_000);
      Check.pause("idle-time", idleTime);
    }

    /** Makes a next hop with all defaults. */
    public static Smtp of(HostPort target) {
      return new Smtp(target, NextHopTimeouts.DEFAULT, 50, 20, 8, Duration.ofSeconds(30));
    }

    @Override
    public String address() {
      return "smtp://" + target;
    }

    public Smtp withTarget(HostPort value) {
      return new Smtp(
          value,
          timeouts,
          recipientsPerTransaction,
          transactionsPerMessage,
          idleConnections,
          idleTime);
    }

    public Smtp withTimeouts(NextHopTimeouts value) {
      return new Smtp(
          target,
          value,
          recipientsPerTransaction,
          transactionsPerMessage,
          idleConnections,
          idleTime);
    }

    public Smtp withRecipientsPerTransaction(int value) {
      return new Smtp(target, timeouts, value, transactionsPerMessage, idleConnections, idleTime);
    }

    public Smtp withTransactionsPerMessage(int value) {
      return new Smtp(target, timeouts, recipientsPerTransaction, value, idleConnections, idleTime);
    }

    public Smtp withIdleConnections(int value) {
      return new Smtp(
          target, timeouts, recipientsPerTransaction, transactionsPerMessage, value, idleTime);
    }

    public Smtp withIdleTime(Duration value) {
      return new Smtp(
          target,
          timeouts,
          recipientsPerTransaction,
          transactionsPerMessage,
          idleConnections,
          value);
    }
  }
}
