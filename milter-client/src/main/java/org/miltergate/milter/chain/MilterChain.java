package org.miltergate.milter.chain;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.miltergate.milter.mail.BodyStore;
import org.miltergate.milter.session.Macros;
import org.miltergate.milter.session.MilterClient;

/**
 * The configured list of milters.
 *
 * <p>Immutable and thread-safe; one chain serves all SMTP sessions.
 *
 * @see "postfix src/milter/milter.c"
 */
public final class MilterChain {
  private final BodyStore bodies;
  private final List<MilterClient> milters;
  private final PreData preData;
  private final ChainListener listener;

  private MilterChain(Builder builder) {
    bodies = builder.bodies;
    milters = List.copyOf(builder.milters);
    preData = builder.preData;
    listener = builder.listener;
  }

  /**
   * Begins a chain without milters.
   *
   * @param bodies where the bodies are kept that milters send
   */
  public static Builder builder(BodyStore bodies) {
    return new Builder(bodies);
  }

  public List<MilterClient> milters() {
    return milters;
  }

  /** Begins an SMTP session; see {@link #open(Macros, ChainListener)}. */
  public ChainSession open(Macros macros) {
    return open(macros, ChainListener.NONE);
  }

  /**
   * Begins an SMTP session. No milter is dialled before {@link ChainSession#connect}.
   *
   * @param macros values that the caller keeps current; read whenever a command is sent
   * @param sessionListener hears this session, after the chain's listener
   */
  public ChainSession open(Macros macros, ChainListener sessionListener) {
    ChainListener both = listener.and(sessionListener);
    List<Link> links = new ArrayList<>(milters.size());
    for (MilterClient milter : milters) {
      links.add(new Link(milter, macros, both));
    }
    return new ChainSession(links, preData, bodies, both);
  }

  /** Collects the milters of a chain. Confined. */
  public static final class Builder {
    private final BodyStore bodies;
    private final List<MilterClient> milters = new ArrayList<>();
    private final Set<String> names = new HashSet<>();
    private PreData preData = PreData.TOGETHER;
    private ChainListener listener = ChainListener.NONE;

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

    /** Says how the stages up to DATA are asked; default {@code TOGETHER}. */
    public Builder preData(PreData order) {
      preData = order;
      return this;
    }

    public Builder listener(ChainListener ear) {
      listener = ear;
      return this;
    }

    public MilterChain build() {
      return new MilterChain(this);
    }
  }
}
