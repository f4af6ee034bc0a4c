package org.miltergate.milter.session;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.miltergate.milter.wire.Command;
import org.miltergate.milter.wire.DataSize;
import org.miltergate.milter.wire.Reply;
import org.miltergate.net.ByteStream;
import org.miltergate.net.Dialer;
import org.miltergate.net.Endpoint;
import org.miltergate.net.LocalFailureException;
import org.miltergate.net.SocketDialer;
import org.miltergate.net.Watchdog;

/**
 * The settings of one milter; opens sessions with it.
 *
 * <p>The time limits have Postfix's names and defaults. Immutable and thread-safe.
 */
public final class MilterClient {
  private final Builder settings;
  private final Negotiator negotiator;

  private MilterClient(Builder settings) {
    this.settings = settings;
    this.negotiator = new Negotiator(settings.version, settings.dataSize, settings.macroLists);
  }

  /**
   * Begins the settings of one milter.
   *
   * @param name shown in logs, events and metrics
   */
  public static Builder builder(String name, Endpoint address) {
    return new Builder(name, address);
  }

  /** Returns the name for logs, events and metrics. */
  public String name() {
    return settings.name;
  }

  /** Returns where the milter listens. */
  public Endpoint address() {
    return settings.address;
  }

  /** Returns what the milter counts as when it has failed. */
  public FailurePolicy onFailure() {
    return settings.onFailure;
  }

  /** Returns what happens to edits that were not agreed on. */
  public UnagreedEdits unagreedEdits() {
    return settings.unagreedEdits;
  }

  /** Returns how many edits one message may get from this milter. */
  public int maxEdits() {
    return settings.maxEdits;
  }

  /** Returns how many bytes the edits of one message may have, a new body included. */
  public long maxEditBytes() {
    return settings.maxEditBytes;
  }

  /** Returns whether the content of a message is written without waiting for each answer. */
  public boolean pipeline() {
    return settings.pipeline;
  }

  /** Returns the newest version of the protocol that is offered. */
  public int version() {
    return settings.version;
  }

  /** Returns the limit of the dial, name lookup included. */
  public Duration connectTimeout() {
    return settings.connectTimeout;
  }

  /** Returns the limit of one packet up to DATA, and of the negotiation. */
  public Duration commandTimeout() {
    return settings.commandTimeout;
  }

  /** Returns the limit of one packet from the first header field on. */
  public Duration contentTimeout() {
    return settings.contentTimeout;
  }

  /** Returns the limit of the whole answer to one command, progress reports included. */
  public Duration endOfMessageTimeout() {
    return settings.endOfMessageTimeout;
  }

  /**
   * Dials the milter and negotiates.
   *
   * <p>Blocks at most for the connect timeout, and then twice for the command timeout. An interrupt
   * ends it with a {@link LocalFailureException}; the thread stays marked as interrupted.
   *
   * @param listener hears all packets of the session, the negotiation included
   * @throws MilterConnectException if there is no connection within the connect timeout
   * @throws MilterTimeoutException if the negotiation is not answered within the command timeout
   * @throws MilterProtocolException if the answer is malformed or cannot be honoured
   * @throws LocalFailureException if this side is to blame, such as by an interrupt
   */
  public MilterSession open(SessionListener listener)
      throws MilterException, LocalFailureException {
    PacketStream packets = new PacketStream(dial(), settings.watchdog);
    boolean opened = false;
    try {
      Negotiated negotiated = negotiate(packets, listener);
      packets.maxPayloadBytes(negotiated.dataSize().maxPayloadBytes());
      packets.giveBack();
      MilterSession session = new MilterSession(this, packets, negotiated, listener);
      opened = true;
      return session;
    } finally {
      if (!opened) {
        packets.close();
      }
    }
  }

  /** Dials the milter and negotiates, as {@link #open(SessionListener)}, with nobody listening. */
  public MilterSession open() throws MilterException, LocalFailureException {
    return open(SessionListener.NONE);
  }

  /**
   * Dials the milter, negotiates, and closes with QUIT: whether it works, and what it wants.
   *
   * <p>Blocks as {@link #open(SessionListener)}, and a second at most for QUIT. Any thread may call
   * it, at any time; sessions are not disturbed.
   *
   * @return what was agreed on
   * @throws MilterConnectException if there is no connection within the connect timeout
   * @throws MilterTimeoutException if the negotiation is not answered within the command timeout
   * @throws MilterProtocolException if the answer is malformed or cannot be honoured
   * @throws LocalFailureException if this side is to blame, such as by an interrupt
   */
  public Negotiated probe() throws MilterException, LocalFailureException {
    try (MilterSession session = open()) {
      return session.negotiated();
    }
  }

  private ByteStream dial() throws MilterConnectException, LocalFailureException {
    try {
      return settings.dialer.dial(settings.address, settings.connectTimeout);
    } catch (LocalFailureException e) {
      throw e;
    } catch (IOException e) {
      if (LocalFailureException.isInterrupt(e)) {
        throw new LocalFailureException("interrupted while connecting", e);
      }
      throw new MilterConnectException(
          "cannot connect to %s: %s".formatted(settings.address, e.getMessage()), e);
    }
  }

  private Negotiated negotiate(PacketStream packets, SessionListener listener)
      throws MilterException, LocalFailureException {
    var offer = new Command.Negotiate(negotiator.offer());
    packets.append(offer);
    listener.told(offer);
    packets.flush(settings.commandTimeout, "the negotiation");
    var reply = packets.read(settings.commandTimeout, "the negotiation");
    listener.said(reply);
    if (!(reply instanceof Reply.Negotiate answer)) {
      throw new MilterProtocolException(
          "negotiation: got %s, wanted OPTNEG".formatted(reply.getClass().getSimpleName()));
    }
    List<String> remarks = new ArrayList<>();
    Negotiated negotiated = negotiator.agree(answer.wish(), remarks);
    remarks.forEach(listener::warned);
    return negotiated;
  }

  @Override
  public String toString() {
    return "milter " + settings.name + " at " + settings.address;
  }

  /**
   * Collects the settings of one milter.
   *
   * <p>Confined: not to be used by two threads, nor after {@link #build}.
   */
  public static final class Builder {
    private final String name;
    private final Endpoint address;
    private Duration connectTimeout = Duration.ofSeconds(30);
    private Duration commandTimeout = Duration.ofSeconds(30);
    private Duration contentTimeout = Duration.ofMinutes(5);
    private Duration endOfMessageTimeout = Duration.ofMinutes(5);
    private FailurePolicy onFailure = FailurePolicy.TEMPFAIL;
    private UnagreedEdits unagreedEdits = UnagreedEdits.APPLY;
    private int maxEdits = 10_000;
    private long maxEditBytes = 64L << 20;
    private int version = Negotiator.NEWEST_VERSION;
    private DataSize dataSize = DataSize.USUAL;
    private MacroLists macroLists = MacroLists.DEFAULT;
    private boolean pipeline;
    private Dialer dialer = new SocketDialer();
    private Watchdog watchdog = Watchdog.shared();

    private Builder(String name, Endpoint address) {
      if (name.isBlank()) {
        throw new IllegalArgumentException("name of the milter is blank");
      }
      this.name = name;
      this.address = Objects.requireNonNull(address, "address");
    }

    private Builder(Builder other) {
      this(other.name, other.address);
      connectTimeout = other.connectTimeout;
      commandTimeout = other.commandTimeout;
      contentTimeout = other.contentTimeout;
      endOfMessageTimeout = other.endOfMessageTimeout;
      onFailure = other.onFailure;
      unagreedEdits = other.unagreedEdits;
      maxEdits = other.maxEdits;
      maxEditBytes = other.maxEditBytes;
      version = other.version;
      dataSize = other.dataSize;
      macroLists = other.macroLists;
      pipeline = other.pipeline;
      dialer = other.dialer;
      watchdog = other.watchdog;
    }

    /** Limits the dial, name lookup included; default 30 s. */
    public Builder connectTimeout(Duration limit) {
      connectTimeout = Limits.requirePositive(limit, "connect timeout");
      return this;
    }

    /** Limits one packet up to DATA, and the negotiation; default 30 s. */
    public Builder commandTimeout(Duration limit) {
      commandTimeout = Limits.requirePositive(limit, "command timeout");
      return this;
    }

    /** Limits one packet from the first header field on; default 300 s. */
    public Builder contentTimeout(Duration limit) {
      contentTimeout = Limits.requirePositive(limit, "content timeout");
      return this;
    }

    /** Limits the whole answer to one command, however often it reports progress; default 5 min. */
    public Builder endOfMessageTimeout(Duration limit) {
      endOfMessageTimeout = Limits.requirePositive(limit, "end-of-message timeout");
      return this;
    }

    /** Sets the default action for when the milter fails; default {@code TEMPFAIL}. */
    public Builder onFailure(FailurePolicy policy) {
      onFailure = policy;
      return this;
    }

    /** Sets what happens to edits that were not agreed on; default {@code APPLY}. */
    public Builder unagreedEdits(UnagreedEdits choice) {
      unagreedEdits = choice;
      return this;
    }

    /** Limits the edits of one message, pieces of a new body not counted; default 10,000. */
    public Builder maxEdits(int edits) {
      if (edits < 1) {
        throw new IllegalArgumentException("edits are " + edits + ", must be at least 1");
      }
      maxEdits = edits;
      return this;
    }

    /** Limits the bytes of all edits of one message, a new body included; default 64 MiB. */
    public Builder maxEditBytes(long bytes) {
      if (bytes < 1) {
        throw new IllegalArgumentException("edit bytes are " + bytes + ", must be at least 1");
      }
      maxEditBytes = bytes;
      return this;
    }

    /** Sets the newest protocol version to offer, 2 to 6; default 6. */
    public Builder version(int newest) {
      if (newest < Negotiator.OLDEST_VERSION || newest > Negotiator.NEWEST_VERSION) {
        throw new IllegalArgumentException("version is " + newest + ", must be 2 to 6");
      }
      version = newest;
      return this;
    }

    /** Offers larger body packets; usual filters do not know them. Default {@code USUAL}. */
    public Builder offerDataSize(DataSize size) {
      dataSize = size;
      return this;
    }

    /** Sets the macros for milters that do not ask for others. */
    public Builder macroLists(MacroLists lists) {
      macroLists = lists;
      return this;
    }

    /**
     * Writes header fields, body and end of message without waiting for the answer to each, and
     * reads the answers in order. Nothing in the protocol allows or forbids it; filters on
     * libmilter bear it. A milter that accepts or refuses in the middle has its connection closed,
     * and gets a new one for the next message, with CONNECT and HELO told again. Default false.
     */
    public Builder pipeline(boolean choice) {
      pipeline = choice;
      return this;
    }

    /** Sets another way to connect, such as to a filter in the same process. */
    public Builder dialer(Dialer way) {
      dialer = way;
      return this;
    }

    /**
     * Sets what keeps the limits of the dialogue; default {@link Watchdog#shared}. A dialer has its
     * own.
     */
    public Builder watchdog(Watchdog keeper) {
      watchdog = keeper;
      return this;
    }

    /** Returns the settings; the builder can be used further. */
    public MilterClient build() {
      return new MilterClient(new Builder(this));
    }
  }
}
