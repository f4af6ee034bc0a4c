package org.miltergate.config.nexthop;

import static org.miltergate.config.setting.Forms.number;
import static org.miltergate.config.setting.Forms.pause;

import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.miltergate.address.HostPort;
import org.miltergate.config.setting.Check;
import org.miltergate.config.setting.Forms;
import org.miltergate.config.setting.InvalidSettingException;
import org.miltergate.config.setting.Rows;
import org.miltergate.config.setting.Setting;
import org.miltergate.config.setting.Settings;
import org.miltergate.config.setting.TextForm;
import org.miltergate.config.setting.Values;
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
    NextHopConfig nextHop = NextHopText.parse(text);
    if (dependsOnRecipient(nextHop)) {
      throw new IllegalArgumentException(
          "'" + text + "' has no domain; write one such as mx:example.org");
    }
    return nextHop;
  }

  /**
   * Reads the same, and {@code mx:} or {@code mx::port} for the mail exchangers of each recipient's
   * own domain.
   *
   * @throws IllegalArgumentException if the text is none of these
   */
  static NextHopConfig parseForRoute(String text) {
    return NextHopText.parse(text);
  }

  private static boolean dependsOnRecipient(NextHopConfig hop) {
    return hop instanceof Smtp smtp
        && smtp.target() instanceof NextHopTarget.Mx mx
        && mx.isOfRecipient();
  }

  /** Returns what {@link #parse} reads; of several, with a comma and a blank in between. */
  String address();

  /**
   * Returns a next hop that is the same for all recipients.
   *
   * @throws InvalidSettingException with {@code key} if it depends on the recipient
   */
  static NextHopConfig requireFixed(String key, NextHopConfig hop) {
    if (dependsOnRecipient(hop)) {
      throw new InvalidSettingException(
          key,
          "'"
              + hop.address()
              + "' without a domain is for routes; write one such as mx:example.org");
    }
    return hop;
  }

  /** A directory in Maildir form, one for all recipients. */
  record Maildir(Values<Maildir> values) implements NextHopConfig, Settings<Maildir> {
    private static final int MAX_CHARS = 255;

    private static final Rows<Maildir> ROWS = new Rows<>();

    public static final Setting<Maildir, Path> PATH = ROWS.keep("path", Path.of("./var/mail"));

    static {
      ROWS.view(NextHopText.KEY, NextHopText.FORM, hop -> hop, Maildir::withAddress)
          .required()
          .means("");
    }

    /** Folders get execute permission for everyone who may read. */
    public static final Setting<Maildir, FileMode> MODE =
        ROWS.add(
                "mode",
                TextForm.of("a mode of a mail file, such as 0640", FileMode::parse)
                    .limitedTo("0600, 0640, 0644, 0660, 0664", (key, mode) -> mode),
                FileMode.PRIVATE)
            .postfix("always 0600")
            .means("of the messages");

    public static final Setting<Maildir, String> GROUP =
        ROWS.add("group", Forms.PRINTABLE, "")
            .postfix("virtual_gid_maps")
            .checked(Maildir::requireGroup)
            .means(
                "of messages and folders; \"\": that of the process, which must be a member of"
                    + " any other");

    /** Nothing is created while the file system that the folders were on is not mounted. */
    public static final Setting<Maildir, Boolean> CREATE =
        ROWS.add("create", Forms.BOOLEAN, true).means("create missing folders");

    static final Maildir ANY = ROWS.table(Maildir::new).defaults();

    /** Creates one with all defaults; a relative path is relative to the working directory. */
    public static Maildir of(Path path) {
      return ANY.with(PATH, path);
    }

    private static Maildir withAddress(Maildir hop, NextHopConfig address) {
      return address instanceof Maildir other ? hop.with(PATH, other.path()) : hop;
    }

    private static String requireGroup(String key, String group) {
      Check.range(key, group.length(), 0, MAX_CHARS);
      return group;
    }

    public Path path() {
      return get(PATH);
    }

    public FileMode mode() {
      return get(MODE);
    }

    /** Returns the group by name; empty for that of the process. */
    public String group() {
      return get(GROUP);
    }

    public boolean create() {
      return get(CREATE);
    }

    @Override
    public String address() {
      return "maildir:" + path();
    }
  }

  /**
   * Next hops that stand in for one another.
   *
   * @param hops 1 to 100, with different addresses; those of the lowest priority number come first,
   *     and among equals one is chosen at random by weight
   */
  record Several(List<Smtp> hops) implements NextHopConfig {
    private static final int MOST = 100;

    public Several {
      hops = Check.notEmpty("next-hop", hops);
      Check.range("next-hop", hops.size(), 1, MOST);
      Set<String> addresses = new HashSet<>();
      for (Smtp hop : hops) {
        requireFixed("next-hop", hop);
        if (!addresses.add(hop.address())) {
          throw new InvalidSettingException(
              "next-hop", "'" + hop.address() + "' occurs twice; write it once");
        }
      }
    }

    @Override
    public String address() {
      return hops.stream().map(Smtp::address).collect(Collectors.joining(", "));
    }
  }

  /** A host, a socket or a domain that is used with SMTP or LMTP. */
  record Smtp(Values<Smtp> values) implements NextHopConfig, Settings<Smtp> {
    private static final int MAX_CHARS = 255;
    private static final int MAX_PRIORITY = 65_535;

    private static final Rows<Smtp> ROWS = new Rows<>();

    /** A Unix socket is used with LMTP, a domain with SMTP. */
    public static final Setting<Smtp, NextHopProtocol> PROTOCOL =
        ROWS.keep("protocol", NextHopProtocol.SMTP);

    public static final Setting<Smtp, NextHopTarget> TARGET =
        ROWS.keep("target", new NextHopTarget.Host(new HostPort("localhost", 25)));

    static {
      // The form of next hops has made the defaults of the address.
      ROWS.view(NextHopText.KEY, NextHopText.FORM, hop -> hop, (hop, same) -> hop)
          .required()
          .means("");
    }

    /** None on a Unix socket; at least {@code ENCRYPT} with {@code SMTPS}. */
    public static final Setting<Smtp, NextHopTlsConfig> TLS =
        ROWS.keep("tls", NextHopTlsConfig.DEFAULT);

    static {
      ROWS.include(TLS);
    }

    public static final Setting<Smtp, String> USERNAME =
        ROWS.add("username", Forms.PRINTABLE, "")
            .postfix("smtp_sasl_password_maps")
            .checked(Smtp::requireUsername)
            .means("to log in with");

    public static final Setting<Smtp, Secret> PASSWORD =
        ROWS.add("password", Forms.SECRET, Secret.NONE)
            .means(
                "better ${RELAY_PASSWORD} than the password itself; without TLS it is sent only if"
                    + " tls is none");

    public static final Setting<Smtp, NextHopTimeouts> TIMEOUTS =
        ROWS.keep("timeouts", NextHopTimeouts.DEFAULT);

    static {
      ROWS.include(TIMEOUTS);
    }

    public static final Setting<Smtp, Integer> RECIPIENTS_PER_TRANSACTION =
        ROWS.add("recipients-per-transaction", number(1, 1_000_000), 50)
            .postfix("smtp_destination_recipient_limit")
            .means("a message with more gets several transactions");

    public static final Setting<Smtp, Integer> TRANSACTIONS_PER_MESSAGE =
        ROWS.add("transactions-per-message", number(1, 1000), 20)
            .means("open at the same time; a message that needs more is refused");

    public static final Setting<Smtp, Boolean> CHUNKING =
        ROWS.add("chunking", Forms.BOOLEAN, false)
            .means("BDAT instead of DATA where it is offered");

    /** Further transactions of one message, and its bounce, do not wait. */
    public static final Setting<Smtp, Integer> MAX_CONNECTIONS =
        ROWS.add("max-connections", number(1, 10_000), 20)
            .postfix("smtp_destination_concurrency_limit")
            .means("in use; messages wait");

    public static final Setting<Smtp, Integer> MESSAGES_PER_CONNECTION =
        ROWS.add("messages-per-connection", number(1, 1_000_000), 100)
            .postfix("smtp_connection_reuse_count_limit")
            .means("");

    public static final Setting<Smtp, Integer> IDLE_CONNECTIONS =
        ROWS.add("idle-connections", number(0, 10_000), 8).means("kept for later messages");

    public static final Setting<Smtp, Duration> IDLE_TIME =
        ROWS.add("idle-time", pause(), Duration.ofSeconds(30))
            .postfix("smtp_connection_cache_time_limit")
            .means("how long; 0s for not at all");

    public static final Setting<Smtp, Integer> PRIORITY =
        ROWS.add("priority", number(0, MAX_PRIORITY), 1).means("in a list: the lowest first");

    public static final Setting<Smtp, Integer> WEIGHT =
        ROWS.add("weight", number(1, MAX_PRIORITY), 1).means("in a list: chance among equals");

    /** 0 for not at all; only if there is another. */
    public static final Setting<Smtp, Duration> RETRY_AFTER =
        ROWS.add("retry-after", pause(), Duration.ofSeconds(30))
            .means("how long it is skipped after it could not be reached");

    static final Smtp ANY = ROWS.table(Smtp::new).defaults();

    public Smtp {
      NextHopText.requireFit(values.get(PROTOCOL), values.get(TARGET));
      requireLevel(values.get(PROTOCOL), values.get(TARGET), values.get(TLS).level());
    }

    /** Creates a next hop by SMTP with all defaults. */
    public static Smtp of(HostPort host) {
      return of(NextHopProtocol.SMTP, new NextHopTarget.Host(host));
    }

    /** Creates a next hop with all defaults. A Unix socket takes LMTP, a domain SMTP. */
    public static Smtp of(NextHopProtocol protocol, NextHopTarget target) {
      NextHopTlsConfig tls = NextHopTlsConfig.of(defaultLevel(protocol, target));
      return ANY.with(hop -> hop.set(PROTOCOL, protocol).set(TARGET, target).set(TLS, tls));
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

    private static String requireUsername(String key, String name) {
      Check.range(key, name.length(), 0, MAX_CHARS);
      return name;
    }

    public NextHopProtocol protocol() {
      return get(PROTOCOL);
    }

    /** Returns where connections go. */
    public NextHopTarget target() {
      return get(TARGET);
    }

    public NextHopTlsConfig tls() {
      return get(TLS);
    }

    /** Returns the name for AUTH; empty for none. */
    public String username() {
      return get(USERNAME);
    }

    public Secret password() {
      return get(PASSWORD);
    }

    public NextHopTimeouts timeouts() {
      return get(TIMEOUTS);
    }

    public int recipientsPerTransaction() {
      return get(RECIPIENTS_PER_TRANSACTION);
    }

    public int transactionsPerMessage() {
      return get(TRANSACTIONS_PER_MESSAGE);
    }

    /** Returns whether BDAT is used where it is offered. */
    public boolean chunking() {
      return get(CHUNKING);
    }

    public int maxConnections() {
      return get(MAX_CONNECTIONS);
    }

    public int messagesPerConnection() {
      return get(MESSAGES_PER_CONNECTION);
    }

    public int idleConnections() {
      return get(IDLE_CONNECTIONS);
    }

    public Duration idleTime() {
      return get(IDLE_TIME);
    }

    public int priority() {
      return get(PRIORITY);
    }

    public int weight() {
      return get(WEIGHT);
    }

    public Duration retryAfter() {
      return get(RETRY_AFTER);
    }

    @Override
    public String address() {
      return NextHopText.format(protocol(), target());
    }
  }
}
