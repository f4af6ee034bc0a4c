package org.miltergate.milter.test.mta;

import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.miltergate.milter.bytes.Bytes;
import org.miltergate.milter.test.mta.MilterFaultException.Fault;
import org.miltergate.milter.text.DurationText;
import org.miltergate.milter.wire.Actions;
import org.miltergate.milter.wire.DataSize;
import org.miltergate.milter.wire.MacroNames;
import org.miltergate.milter.wire.MacroStage;
import org.miltergate.milter.wire.Negotiation;
import org.miltergate.milter.wire.ProtocolSteps;
import org.miltergate.milter.wire.Strictness;
import org.miltergate.net.ByteStream;
import org.miltergate.net.Endpoint;
import org.miltergate.net.LocalFailureException;
import org.miltergate.net.SocketDialer;
import org.miltergate.net.StreamService;

/**
 * Plays the MTA to one milter.
 *
 * <pre>{@code
 * MessageResult result = MtaDriver.at("inet:8891@127.0.0.1").send(TestMail.file(Path.of("spam.eml")));
 * result.verdict();       // REJECT
 * result.editTexts();     // [ADDHEADER X-Spam|yes]
 * result.messageBytes();  // what would be delivered
 * }</pre>
 *
 * <p>{@link #send} is a whole SMTP session with one message; {@link #open} gives a session, for
 * several messages, or stage by stage; {@link MtaSession#link} has the packets below; {@link #dial}
 * connects without a negotiation.
 *
 * <p>Immutable and thread-safe: any number of sessions can be open at once.
 */
public final class MtaDriver {
  private static final int USUAL_VERSION = 6;

  private final String milter;
  private final MilterSource source;
  private final MtaSettings settings;

  private MtaDriver(String milter, MilterSource source, MtaSettings settings) {
    this.milter = milter;
    this.source = source;
    this.settings = settings;
  }

  /**
   * Drives the milter at an address, as Postfix does.
   *
   * @param address in Postfix's or Sendmail's notation, see {@link Endpoint#parse}
   * @throws IllegalArgumentException if it is neither
   */
  public static MtaDriver at(String address) {
    return at(Endpoint.parse(address));
  }

  /** Drives the milter at an address, as Postfix does. */
  public static MtaDriver at(Endpoint address) {
    return builder(address).build();
  }

  /** Drives a milter in this process, without a socket, as Postfix does. */
  public static MtaDriver in(StreamService milter) {
    return builder(milter).build();
  }

  /** Returns a builder for a driver of the milter at an address. */
  public static Builder builder(Endpoint address) {
    Objects.requireNonNull(address, "address");
    SocketDialer dialer = new SocketDialer();
    return new Builder("milter at " + address, limit -> dialer.dial(address, limit));
  }

  /** Returns a builder for a driver of a milter in this process. */
  public static Builder builder(StreamService milter) {
    Objects.requireNonNull(milter, "milter");
    return new Builder("milter in process", limit -> milter.connect());
  }

  /** Returns a builder for a driver that gets its streams from somewhere else. */
  public static Builder from(MilterSource source) {
    return new Builder("milter", Objects.requireNonNull(source, "source"));
  }

  /** Returns a builder with the settings of this driver. */
  public Builder toBuilder() {
    return new Builder(milter, source).like(settings);
  }

  /** Returns the same driver with the habits of another MTA. */
  public MtaDriver as(Dialect dialect) {
    return toBuilder().dialect(dialect).build();
  }

  /** Connects, negotiates, puts one message to the milter, and ends the session. */
  public MessageResult send(TestMail mail) throws IOException {
    return send(TestClient.DEFAULT, mail);
  }

  /** Connects, negotiates, puts one message of a client to the milter, and ends the session. */
  public MessageResult send(TestClient client, TestMail mail) throws IOException {
    try (MtaSession session = open(client)) {
      return session.send(mail);
    }
  }

  /**
   * Connects and negotiates.
   *
   * @throws MilterFaultException if there is no milter, or it does not negotiate as it has to
   */
  public MtaSession open() throws IOException {
    return MtaSession.negotiate(dial(), settings);
  }

  /** Connects, negotiates, and tells of a client: CONNECT, and HELO if it says one. */
  public MtaSession open(TestClient client) throws IOException {
    MtaSession session = open();
    try {
      session.connect(client);
      if (!client.helo().isEmpty()) {
        session.helo(client.helo());
      }
      return session;
    } catch (IOException | RuntimeException e) {
      session.disconnect();
      throw e;
    }
  }

  /**
   * Connects and says nothing: for packets by hand.
   *
   * @throws MilterFaultException if nothing listens there, or not in time
   * @throws LocalFailureException if this machine has no file descriptor or port left
   */
  public MilterLink dial() throws IOException {
    ByteStream stream;
    try {
      stream = source.open(settings.connectLimit());
    } catch (LocalFailureException e) {
      throw e;
    } catch (IOException e) {
      if (LocalFailureException.isInterrupt(e)) {
        throw e;
      }
      String why =
          Objects.requireNonNullElseGet(e.getMessage(), () -> e.getClass().getSimpleName());
      throw new MilterFaultException(
          Fault.NO_MILTER, milter, "no milter there: " + why, new Transcript(), e);
    }
    return new MilterLink(
        stream, milter, settings.replyLimit(), settings.maxPacketBytes(), settings.strictness());
  }

  /** Returns what is offered. */
  public Negotiation offer() {
    return settings.offer();
  }

  /** Returns what the milter is called in messages. */
  @Override
  public String toString() {
    return milter;
  }

  /** Collects the settings of a driver. Not thread-safe. */
  public static final class Builder {
    private String milter;
    private final MilterSource source;
    private Dialect dialect = Dialect.POSTFIX;
    private int version = USUAL_VERSION;
    private Actions actions = Actions.ALL;
    private ProtocolSteps steps = ProtocolSteps.ALL;
    private Strictness strictness = Strictness.STRICT;
    private String hostname = "mx.example.com";
    private Duration connectLimit = Duration.ofSeconds(10);
    private Duration replyLimit = Duration.ofSeconds(30);
    private Duration messageLimit = Duration.ofMinutes(5);
    private int maxPacketBytes = 16 << 20;
    private int chunkBytes;
    private boolean withoutMacros;
    private Map<MacroStage, List<Bytes>> macroLists = new HashMap<>();
    private Map<String, String> macros = new HashMap<>();

    private Builder(String milter, MilterSource source) {
      this.milter = milter;
      this.source = source;
    }

    private Builder like(MtaSettings other) {
      dialect = other.dialect();
      version = other.offer().version();
      actions = other.offer().actions();
      steps = other.offer().steps();
      strictness = other.strictness();
      hostname = other.hostname();
      connectLimit = other.connectLimit();
      replyLimit = other.replyLimit();
      messageLimit = other.messageLimit();
      maxPacketBytes = other.maxPacketBytes();
      chunkBytes = other.chunkBytes();
      withoutMacros = other.withoutMacros();
      macroLists = new HashMap<>(other.macroLists());
      macros = new HashMap<>(other.macros());
      return this;
    }

    /** Sets what the milter is called in messages; its address by default. */
    public Builder name(String name) {
      milter = Objects.requireNonNull(name, "name");
      return this;
    }

    /** Sets whose habits the driver has; Postfix's by default. */
    public Builder dialect(Dialect dialect) {
      this.dialect = Objects.requireNonNull(dialect, "dialect");
      return this;
    }

    /** Offers this version of the protocol; 6 by default. */
    public Builder version(int version) {
      this.version = version;
      return this;
    }

    /** Offers these actions; all by default. */
    public Builder actions(Actions actions) {
      this.actions = Objects.requireNonNull(actions, "actions");
      return this;
    }

    /** Offers these steps; all by default. */
    public Builder steps(ProtocolSteps steps) {
      this.steps = Objects.requireNonNull(steps, "steps");
      return this;
    }

    /** Offers packets of up to this size; the usual one by default. */
    public Builder dataSize(DataSize size) {
      steps = steps.with(size);
      return this;
    }

    /**
     * Sets what becomes of a milter that breaks the protocol where MTAs let it pass: {@link
     * Strictness#STRICT}, the default, ends in an exception; {@link Strictness#LENIENT} does as the
     * dialect does.
     */
    public Builder strictness(Strictness strictness) {
      this.strictness = Objects.requireNonNull(strictness, "strictness");
      return this;
    }

    /** Sets the name of the MTA: the macro {@code j}, and what depends on it. */
    public Builder hostname(String hostname) {
      this.hostname = Objects.requireNonNull(hostname, "hostname");
      return this;
    }

    /** Sets the limit for a connection; 10 s by default. */
    public Builder connectLimit(Duration limit) {
      connectLimit = positive(limit);
      return this;
    }

    /** Sets the limit for each reply and each write; PROGRESS restarts it; 30 s by default. */
    public Builder replyLimit(Duration limit) {
      replyLimit = positive(limit);
      return this;
    }

    /** Sets the limit for the verdict on a stage, however often PROGRESS comes; 5 m by default. */
    public Builder verdictLimit(Duration limit) {
      messageLimit = positive(limit);
      return this;
    }

    private static Duration positive(Duration limit) {
      if (!limit.isPositive()) {
        throw new IllegalArgumentException(
            "limit is " + DurationText.of(limit) + ", must be above zero");
      }
      return limit;
    }

    /** Sets the largest packet that is taken from the milter, in bytes; 16 MiB by default. */
    public Builder maxPacketBytes(int bytes) {
      maxPacketBytes = atLeastOne("packet limit", bytes);
      return this;
    }

    /**
     * Sets the size of the pieces that a body is sent in, in bytes, whatever was agreed; by default
     * as many as was agreed, 65535 without a larger data size.
     */
    public Builder chunkBytes(int bytes) {
      chunkBytes = atLeastOne("piece of a body", bytes);
      return this;
    }

    private static int atLeastOne(String what, int bytes) {
      if (bytes < 1) {
        throw new IllegalArgumentException(what + " is " + bytes + " bytes, must be above 0");
      }
      return bytes;
    }

    /** Sends no macros at all. */
    public Builder withoutMacros() {
      withoutMacros = true;
      return this;
    }

    /**
     * Sends these macros at a stage, whatever the dialect or the milter has there; none if no name
     * is given.
     *
     * @param names as they are sent: {@code i}, {@code {mail_addr}}
     */
    public Builder macros(MacroStage stage, String... names) {
      macroLists.put(stage, Arrays.stream(names).map(Bytes::ofUtf8).toList());
      return this;
    }

    /** Sets the value of a macro, before all that sessions and messages know. */
    public Builder macro(String name, String value) {
      macros.put(MacroNames.bare(name), value);
      return this;
    }

    public MtaDriver build() {
      return new MtaDriver(
          milter,
          source,
          new MtaSettings(
              dialect,
              new Negotiation(version, actions, steps),
              strictness,
              hostname,
              connectLimit,
              replyLimit,
              messageLimit,
              maxPacketBytes,
              chunkBytes,
              withoutMacros,
              macroLists,
              macros));
    }
  }
}
