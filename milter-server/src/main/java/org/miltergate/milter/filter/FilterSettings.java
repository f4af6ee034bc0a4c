package org.miltergate.milter.filter;

import java.util.Optional;
import java.util.Set;
import org.miltergate.milter.body.BodyStore;
import org.miltergate.milter.filter.header.HeaderNumbering;
import org.miltergate.milter.wire.Actions.Action;

/**
 * How a filter is asked.
 *
 * @param numbering empty to decide by what the MTA calls itself
 */
record FilterSettings(
    Filter filter,
    DecisionPoint point,
    Optional<Filter.RecipientCheck> recipientCheck,
    SizeLimit headerLimit,
    SizeLimit bodyLimit,
    BodyStore bodyStore,
    Set<Action> actions,
    Optional<HeaderNumbering> numbering) {
  FilterSettings {
    actions = Set.copyOf(actions);
  }

  boolean needsRecipientAnswers() {
    return point == DecisionPoint.RCPT || recipientCheck.isPresent();
  }
}
