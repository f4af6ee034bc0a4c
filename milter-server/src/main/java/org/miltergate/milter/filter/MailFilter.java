package org.miltergate.milter.filter;

import java.util.EnumSet;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.miltergate.milter.body.BodyStore;
import org.miltergate.milter.filter.SizeLimit.Excess;
import org.miltergate.milter.filter.header.HeaderNumbering;
import org.miltergate.milter.wire.Actions.Action;

/**
 * A milter that decides on whole transactions: it collects what the MTA tells, asks a {@link
 * Filter} once at the chosen point, and turns its edits into the shortest list of packets.
 *
 * <p>Immutable and thread-safe.
 */
public final class MailFilter {
  private static final SizeLimit HEADER_LIMIT = new SizeLimit(1 << 20, Excess.REJECT);
  private static final SizeLimit BODY_LIMIT = new SizeLimit(1L << 30, Excess.REJECT);

  private final FilterSettings settings;

  private MailFilter(FilterSettings settings) {
    this.settings = settings;
  }

  /** Begins a filter that is asked at the end of each message, unless another point is chosen. */
  public static Builder builder(Filter filter) {
    return new Builder(filter);
  }

  /**
   * Runs the filter on a transaction that was built by hand, as an MTA would: without a socket, on
   * the caller's thread.
   *
   * @throws Exception what the filter throws
   */
  public FilterResult decide(TransactionBuilder transaction) throws Exception {
    return new Trial(settings, transaction).run();
  }

  FilterSettings settings() {
    return settings;
  }

  /** Collects how a filter is asked. Not thread-safe; use from one thread at a time. */
  public static final class Builder {
    private final Filter filter;
    private DecisionPoint point = DecisionPoint.END_OF_MESSAGE;
    private Filter.@Nullable RecipientCheck recipientCheck;
    private SizeLimit headerLimit = HEADER_LIMIT;
    private SizeLimit bodyLimit = BODY_LIMIT;
    private @Nullable BodyStore bodyStore;
    private Set<Action> actions = EnumSet.complementOf(EnumSet.of(Action.SET_MACRO_LISTS));
    private @Nullable HeaderNumbering numbering;

    private Builder(Filter filter) {
      this.filter = Objects.requireNonNull(filter, "filter");
    }

    /** Chooses when the filter is asked; later events are not asked of the MTA. */
    public Builder at(DecisionPoint when) {
      point = Objects.requireNonNull(when, "when");
      return this;
    }

    /** Asks about each recipient as well, so that some can be refused and others not. */
    public Builder recipientCheck(Filter.RecipientCheck check) {
      recipientCheck = Objects.requireNonNull(check, "check");
      return this;
    }

    /** Limits the header; by default to 1 MiB, a longer one is refused. */
    public Builder headerLimit(long bytes, Excess excess) {
      headerLimit = new SizeLimit(bytes, excess);
      return this;
    }

    /** Limits the body; by default to 1 GiB, a longer one is refused. */
    public Builder bodyLimit(long bytes, Excess excess) {
      bodyLimit = new SizeLimit(bytes, excess);
      return this;
    }

    /** Sets where bodies are kept; by default above 256 KiB in a file in the folder for such. */
    public Builder bodyStore(BodyStore store) {
      bodyStore = Objects.requireNonNull(store, "store");
      return this;
    }

    /**
     * Chooses what the filter may change; by default everything. An MTA that does not allow it all
     * is refused; the filter's other edits fail.
     */
    public Builder actions(Action... allowed) {
      actions = EnumSet.noneOf(Action.class);
      actions.addAll(Set.of(allowed));
      return this;
    }

    /** Fixes how the MTA counts; by default it is found out from the macro {@code v}. */
    public Builder numbering(HeaderNumbering fixed) {
      numbering = Objects.requireNonNull(fixed, "fixed");
      return this;
    }

    /**
     * Builds the filter.
     *
     * @throws IllegalStateException if recipients are to be checked after the filter has decided
     */
    public MailFilter build() {
      if (recipientCheck != null && !point.knows(DecisionPoint.DATA)) {
        throw new IllegalStateException(
            "recipients are checked before the filter decides, which it does at " + point);
      }
      BodyStore store = bodyStore;
      return new MailFilter(
          new FilterSettings(
              filter,
              point,
              Optional.ofNullable(recipientCheck),
              headerLimit,
              bodyLimit,
              store == null ? BodyStore.ofTemporaryDirectory() : store,
              actions,
              Optional.ofNullable(numbering)));
    }
  }
}
