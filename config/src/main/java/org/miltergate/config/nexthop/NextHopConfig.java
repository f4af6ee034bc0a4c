package org.miltergate.config.nexthop;

import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.miltergate.address.HostPort;
import org.miltergate.config.setting.Check;
import org.miltergate.config.setting.InvalidSettingException;
import org.miltergate.config.text.FileMode;
import org.miltergate.config.text.Secret;

/** Where accepted messages go. */
public sealed interface NextHopConfig {
  NextHopConfig DEFAULT = Maildir.of(Path.of("./var/mail"));

  /**
   * Reads {@code smtp://host:port}, {@code smtps://host:port}, {@code lmtp://host:port}, {@code
   * lmtp:unix:path}, {@code mx:domain}, {@code mx:domain:port} or {@code maildir:path}; an IPv6
   * address is in brackets.
   *
   * @throws IllegalArgumentException if the text is none of these
   */
  static NextHopConfig parse(String text) {
    return NextHopText.parse(text);
  }

  /** Returns what {@link #parse} reads; of several, with a comma and a blank in between. */
  String address();

  /**
   * A directory in Maildir form, one for all recipients.
   *
   * @param path a relative path is relative to the working directory
   * @param mode of the messages, and with the right to enter them of the folders; default {@code
   *     PRIVATE}
   * @param group of messages and folders, by name; empty (the default) for that of the process
   * @param create whether folders are made if they are missing, unless a file system is not mounted
   *     that they were on before; default yes
   */
  record Maildir(Path path, FileMode mode, String group, boolean create) implements NextHopConfig {
    private static final int MAX_CHARS = 255;

    public Maildir {
      Objects.requireNonNull(path, "path");
      Objects.requireNonNull(mode, "mode");
      Check.printable("group", group);
      Check.range("group", group.length(), 0, MAX_CHARS);
    }

    /** Makes one with all defaults. */
    public static Maildir of(Path path) {
      return new Maildir(path, FileMode.PRIVATE, "", true);
    }

    public Maildir withMode(FileMode value) {
      return new Maildir(path, value, group, create);
    }

    public Maildir withGroup(String value) {
      return new Maildir(path, mode, value, create);
    }

    public Maildir withCreate(boolean value) {
      return new Maildir(path, mode, group, value);
    }

    @Override
    public String address() {
      return "maildir:" + path;
    }
  }

  /**
   * Next hops that stand in for one another.
   *
   * @param hops 1 to 100, with different addresses; those of the lowest priority number come first,
   *     and among equals chance decides by weight
   */
  record Several(List<Smtp> hops) implements NextHopConfig {
    private static final int MOST = 100;

    public Several {
      hops = Check.notEmpty("next-hop", hops);
      Check.range("next-hop", hops.size(), 1, MOST);
      Set<String> addresses = new HashSet<>();
      for (Smtp hop : hops) {
        if (!addresses.add(hop.address())) {
          throw new InvalidSettingException(
              "next-hop", "'" + hop.address() + "' stands there twice; write it once");
        }
      }
    }

    @Override
    public String address() {
      return hops.stream().map(Smtp::address).collect(Collectors.joining(", "));
    }
  }

  /**
   * A host, a socket or a domain that is spoken to by SMTP or LMTP.
   *
   * @param protocol a Unix socket is spoken to by LMTP, a domain by SMTP
   * @param target where connections go
   * @param tls none on a Unix socket; at least {@code ENCRYPT} with {@code SMTPS}
   * @param username for AUTH; empty (the default) for none; Postfix {@code smtp_sasl_password_maps}
   * @param password for AUTH
   * @param timeouts for each step
   * @param recipientsPerTransaction 1 to 1,000,000; Postfix {@code
   *     smtp_destination_recipient_limit}, 50. A message with more gets several transactions
   * @param transactionsPerMessage open at the same time, 1 to 1,000; default 20. A message that
   *     needs more is refused
   * @param chunking whether BDAT is used where it is offered; default no
   * @param maxConnections in use at a time, 1 to 10,000; default 20. A message waits for its turn;
   *     further transactions of one message, and its bounce, do not. Postfix {@code
   *     smtp_destination_concurrency_limit}
   * @param messagesPerConnection 1 to 1,000,000; default 100. Postfix {@code
   *     smtp_connection_reuse_count_limit}, 0 for no limit
   * @param idleConnections kept for later messages, 0 to 10,000; default 8
   * @param idleTime how long each is kept unused; 0 for not at all; default 30 s
   * @param priority 0 to 65,535, the lowest first; default 1. Only among several
   * @param weight 1 to 65,535; default 1. Only among several
   * @param retryAfter how long it is passed over when it could not be reached and there is another;
   *     0 for not at all; default 30 s
   */
  record Smtp(
      NextHopProtocol protocol,
      NextHopTarget target,
      NextHopTlsConfig tls,
      String username,
      Secret password,
      NextHopTimeouts timeouts,
      int recipientsPerTransaction,
      int transactionsPerMessage,
      boolean chunking,
      int maxConnections,
      int messagesPerConnection,
      int idleConnections,
      Duration idleTime,
      int priority,
      int weight,
      Duration retryAfter)
      implements NextHopConfig {
    private static final int MAX_CHARS = 255;
    private static final int MAX_PRIORITY = 65_535;

    public Smtp {
      NextHopText.requireFit(protocol, target);
      requireLevel(protocol, target, tls.level());
      Check.printable("username", username);
      Check.range("username", username.length(), 0, MAX_CHARS);
      Objects.requireNonNull(password, "password");
      Objects.requireNonNull(timeouts, "timeouts");
      Check.range("recipients-per-transaction", recipientsPerTransaction, 1, 1_000_000);
      Check.range("transactions-per-message", transactionsPerMessage, 1, 1000);
      Check.range("max-connections", maxConnections, 1, 10_000);
      Check.range("messages-per-connection", messagesPerConnection, 1, 1_000_000);
      Check.range("idle-connections", idleConnections, 0, 10_000);
      Check.pause("idle-time", idleTime);
      Check.range("priority", priority, 0, MAX_PRIORITY);
      Check.range("weight", weight, 1, MAX_PRIORITY);
      Check.pause("retry-after", retryAfter);
    }

    /** Makes a next hop by SMTP with all defaults. */
    public static Smtp of(HostPort host) {
      return of(NextHopProtocol.SMTP, new NextHopTarget.Host(host));
    }

    /** Makes a next hop with all defaults. */
    public static Smtp of(NextHopProtocol protocol, NextHopTarget target) {
      return new Smtp(
          protocol,
          target,
          NextHopTlsConfig.of(defaultLevel(protocol, target)),
          "",
          Secret.NONE,
          NextHopTimeouts.DEFAULT,
          50,
          20,
          false,
          20,
          100,
          8,
          Duration.ofSeconds(30),
          1,
          1,
          Duration.ofSeconds(30));
    }

    private static TlsLevel defaultLevel(NextHopProtocol protocol, NextHopTarget target) {
      if (target instanceof NextHopTarget.Unix) {
        return TlsLevel.NONE;
      }
      return protocol == NextHopProtocol.SMTPS ? TlsLevel.ENCRYPT : TlsLevel.MAY;
    }

    private static void requireLevel(
        NextHopProtocol protocol, NextHopTarget target, TlsLevel level) {
      if (target instanceof NextHopTarget.Unix && level != TlsLevel.NONE) {
        throw new InvalidSettingException("tls", "a Unix socket has no TLS; write none");
      }
      if (protocol == NextHopProtocol.SMTPS && level.compareTo(TlsLevel.ENCRYPT) < 0) {
        throw new InvalidSettingException("tls", "smtps is TLS always; write encrypt or verify");
      }
    }

    @Override
    public String address() {
      return NextHopText.format(protocol, target);
    }

    /** Returns the same settings, but for what {@code change} sets. */
    public Smtp with(Consumer<Builder> change) {
      Builder builder = new Builder(this);
      change.accept(builder);
      return builder.build();
    }

    /** Collects the settings; confined. */
    public static final class Builder {
      private NextHopProtocol protocol;
      private NextHopTarget target;
      private NextHopTlsConfig tls;
      private String username;
      private Secret password;
      private NextHopTimeouts timeouts;
      private int recipientsPerTransaction;
      private int transactionsPerMessage;
      private boolean chunking;
      private int maxConnections;
      private int messagesPerConnection;
      private int idleConnections;
      private Duration idleTime;
      private int priority;
      private int weight;
      private Duration retryAfter;

      private Builder(Smtp from) {
        protocol = from.protocol;
        target = from.target;
        tls = from.tls;
        username = from.username;
        password = from.password;
        timeouts = from.timeouts;
        recipientsPerTransaction = from.recipientsPerTransaction;
        transactionsPerMessage = from.transactionsPerMessage;
        chunking = from.chunking;
        maxConnections = from.maxConnections;
        messagesPerConnection = from.messagesPerConnection;
        idleConnections = from.idleConnections;
        idleTime = from.idleTime;
        priority = from.priority;
        weight = from.weight;
        retryAfter = from.retryAfter;
      }

      public Builder protocol(NextHopProtocol value) {
        protocol = value;
        return this;
      }

      public Builder target(NextHopTarget value) {
        target = value;
        return this;
      }

      public Builder tls(NextHopTlsConfig value) {
        tls = value;
        return this;
      }

      public Builder username(String value) {
        username = value;
        return this;
      }

      public Builder password(Secret value) {
        password = value;
        return this;
      }

      public Builder timeouts(NextHopTimeouts value) {
        timeouts = value;
        return this;
      }

      public Builder recipientsPerTransaction(int value) {
        recipientsPerTransaction = value;
        return this;
      }

      public Builder transactionsPerMessage(int value) {
        transactionsPerMessage = value;
        return this;
      }

      public Builder chunking(boolean value) {
        chunking = value;
        return this;
      }

      public Builder maxConnections(int value) {
        maxConnections = value;
        return this;
      }

      public Builder messagesPerConnection(int value) {
        messagesPerConnection = value;
        return this;
      }

      public Builder idleConnections(int value) {
        idleConnections = value;
        return this;
      }

      public Builder idleTime(Duration value) {
        idleTime = value;
        return this;
      }

      public Builder priority(int value) {
        priority = value;
        return this;
      }

      public Builder weight(int value) {
        weight = value;
        return this;
      }

      public Builder retryAfter(Duration value) {
        retryAfter = value;
        return this;
      }

      private Smtp build() {
        return new Smtp(
            protocol,
            target,
            tls,
            username,
            password,
            timeouts,
            recipientsPerTransaction,
            transactionsPerMessage,
            chunking,
            maxConnections,
            messagesPerConnection,
            idleConnections,
            idleTime,
            priority,
            weight,
            retryAfter);
      }
    }
  }
}
