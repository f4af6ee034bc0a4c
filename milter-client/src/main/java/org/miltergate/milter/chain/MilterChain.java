package org.miltergate.milter.chain;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.miltergate.milter.body.BodyStore;
import org.miltergate.milter.body.MemoryBudget;
import org.miltergate.milter.body.MemoryShare;
import org.miltergate.milter.mail.MessageParser;
import org.miltergate.milter.session.Macros;
import org.miltergate.milter.session.MilterClient;
import org.miltergate.net.Endpoint;

/**
 * The configured list of milters, and the way into the library for an SMTP server.
 *
 * <p>{@link #open(String)} is for most servers. {@link #openDialogue} is the level below, for a
 * server that keeps envelope, content and macros by itself, as exact bytes.
 *
 * <p>Immutable and thread-safe; one chain serves all SMTP sessions. Holds no connection, so that
 * there is nothing to close: each session dials each milter, as the protocol wants.
 *
 * @see "postfix src/milter/milter.c"
 */
public final class MilterChain {
  /** More than the header and the recipients of nearly all mail. */
  private static final long FREE_BYTES = 32 * 1024;

  private final BodyStore bodies;
  private final List<MilterClient> milters;
  private final PreData preData;
  private final ChainListener listener;
  private final boolean logging;
  private final MemoryBudget memory;
  private final long maxHeaderBytes;
  private final int maxHeaderFields;

  private MilterChain(Builder builder) {
    bodies = builder.bodies;
    milters = List.copyOf(builder.milters);
    preData = builder.preData;
    listener = builder.listener;
    logging = builder.logging;
    memory = builder.memory;
    maxHeaderBytes = builder.maxHeaderBytes;
    maxHeaderFields = builder.maxHeaderFields;
  }

  /**
   * Returns a chain with the default settings, which {@linkplain Builder#logging logs}.
   *
   * <p>A milter that fails counts as {@code TEMPFAIL}; the limits are Postfix's: 30 s for a connect
   * and for a command, 5 min for each packet of the content. Does not block; no milter is dialled.
   *
   * @param endpoints of the milters in order, in the notation of {@link Endpoint#parse}; also their
   *     names in logs
   * @throws IllegalArgumentException if one cannot be read, or stands there twice
   */
  public static MilterChain of(String... endpoints) {
    Builder builder = builder().logging();
    for (String endpoint : endpoints) {
      builder.add(endpoint);
    }
    return builder.build();
  }

  /**
   * Begins a chain without milters; {@linkplain BodyStore#ofTemporaryDirectory bodies} as usual.
   */
  public static Builder builder() {
    return new Builder(BodyStore.ofTemporaryDirectory());
  }

  /**
   * Begins a chain without milters.
   *
   * @param bodies where the bodies of messages are kept, and those that milters send
   */
  public static Builder builder(BodyStore bodies) {
    return new Builder(bodies);
  }

  /** Returns the milters in order. */
  public List<MilterClient> milters() {
    return milters;
  }

  /**
   * Begins an SMTP session. Does not block: no milter is dialled before {@link
   * ChainSession#connect(java.net.InetSocketAddress)}.
   *
   * @param hostname of the server, which milters are told as {@code j}
   */
  public ChainSession open(String hostname) {
    return open(hostname, ChainListener.NONE);
  }

  /**
   * Begins an SMTP session, as {@link #open(String)}.
   *
   * @param hostname of the server, which milters are told as {@code j}
   * @param sessionListener hears this session, after the chain's listener
   */
  public ChainSession open(String hostname, ChainListener sessionListener) {
    SessionMacros macros = new SessionMacros(hostname);
    ChainListener log = logging ? new LoggingChainListener(macros.values()) : ChainListener.NONE;
    ChainListener all = log.and(listener).and(sessionListener);
    return new ChainSession(this, dialogue(macros.values(), all), macros, all);
  }

  /**
   * Begins an SMTP session on the level below; see {@link #openDialogue(Macros, ChainListener)}.
   */
  public ChainDialogue openDialogue(Macros macros) {
    return openDialogue(macros, ChainListener.NONE);
  }

  /**
   * Begins an SMTP session on the level below: exact bytes, and macros, envelope and content that
   * the caller keeps. Does not block: no milter is dialled before {@link ChainDialogue#connect}.
   *
   * @param macros values that the caller keeps current, best by {@link SessionMacros}; read
   *     whenever a command is sent
   * @param sessionListener hears this session, after the chain's listener
   */
  public ChainDialogue openDialogue(Macros macros, ChainListener sessionListener) {
    ChainListener log = logging ? new LoggingChainListener(macros) : ChainListener.NONE;
    return dialogue(macros, log.and(listener).and(sessionListener));
  }

  private ChainDialogue dialogue(Macros macros, ChainListener all) {
    List<Link> links = new ArrayList<>(milters.size());
    for (MilterClient milter : milters) {
      links.add(new Link(milter, macros, all));
    }
    return new ChainDialogue(links, preData, bodies, all);
  }

  /** Begins what one message takes of the memory. */
  MemoryShare share() {
    return memory == MemoryBudget.UNLIMITED ? MemoryShare.UNLIMITED : memory.share(FREE_BYTES);
  }

  /** Starts to take a message apart. */
  MessageParser parser(MemoryShare share) {
    return MessageParser.builder(bodies)
        .memory(share)
        .maxHeaderBytes(maxHeaderBytes)
        .maxFields(maxHeaderFields)
        .build();
  }

  /** Collects the milters and settings of a chain. Not thread-safe. */
  public static final class Builder {
    private final List<MilterClient> milters = new ArrayList<>();
    private final Set<String> names = new HashSet<>();
    private final BodyStore bodies;
    private PreData preData = PreData.TOGETHER;
    private ChainListener listener = ChainListener.NONE;
    private boolean logging;
    private MemoryBudget memory = MemoryBudget.UNLIMITED;
    private long maxHeaderBytes = 1 << 20;
    private int maxHeaderFields = 10_000;

    private Builder(BodyStore bodies) {
      this.bodies = Objects.requireNonNull(bodies, "bodies");
    }

    /**
     * Puts a milter at the end of the chain.
     *
     * @throws IllegalArgumentException if there is one of that name
     */
    public Builder add(MilterClient milter) {
      if (!names.add(milter.name())) {
        throw new IllegalArgumentException("two milters are named " + milter.name());
      }
      milters.add(milter);
      return this;
    }

    /**
     * Puts a milter with the default settings at the end of the chain.
     *
     * @param endpoint in the notation of {@link Endpoint#parse}; also its name in logs
     * @throws IllegalArgumentException if it cannot be read, or stands there twice
     */
    public Builder add(String endpoint) {
      return add(MilterClient.builder(endpoint, Endpoint.parse(endpoint)).build());
    }

    /** Sets how the stages up to DATA are asked; default {@code TOGETHER}. */
    public Builder preData(PreData order) {
      preData = order;
      return this;
    }

    /** Has events of all sessions told to {@code ear}, in the threads of the sessions. */
    public Builder listener(ChainListener ear) {
      listener = ear;
      return this;
    }

    /** Logs all sessions by {@link LoggingChainListener}, with queue ids. */
    public Builder logging() {
      logging = true;
      return this;
    }

    /**
     * Limits the memory of all messages of {@link ChainSession sessions} together; default without
     * limit. The first 32 KiB of each message do not count. A message for which it does not suffice
     * is refused with 452.
     */
    public Builder memory(MemoryBudget budget) {
      memory = Objects.requireNonNull(budget, "budget");
      return this;
    }

    /**
     * Limits the header of a message of a {@link ChainSession}: a larger one is refused with 552.
     *
     * @param bytes from 1 on, without the empty line; default 1 MiB
     * @param fields from 1 on; default 10,000
     */
    public Builder maxHeader(long bytes, int fields) {
      if (bytes < 1 || fields < 1) {
        throw new IllegalArgumentException(
            "header limits are " + bytes + " bytes and " + fields + " fields, must be 1 or more");
      }
      maxHeaderBytes = bytes;
      maxHeaderFields = fields;
      return this;
    }

    /** Returns the chain; the builder can be used further. */
    public MilterChain build() {
      return new MilterChain(this);
    }
  }
}
