package org.miltergate.milter.session;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.miltergate.milter.wire.Actions;
import org.miltergate.milter.wire.DataSize;
import org.miltergate.milter.wire.MacroList;
import org.miltergate.milter.wire.MacroStage;
import org.miltergate.milter.wire.Negotiation;
import org.miltergate.milter.wire.ProtocolSteps;

/**
 * Makes the offer, and draws the conclusions from the answer.
 *
 * <p>As Postfix does where Postfix and Sendmail differ: protocol bits that were not offered are
 * masked, since they harm nobody; a version or an action that was not offered is a failure, since
 * it cannot be honoured.
 *
 * @see "postfix src/milter/milter8.c, milter8_connect"
 */
final class Negotiator {
  static final int OLDEST_VERSION = 2;
  static final int NEWEST_VERSION = 6;

  private final int version;
  private final DataSize dataSize;
  private final MacroLists defaultLists;

  Negotiator(int version, DataSize dataSize, MacroLists defaultLists) {
    this.version = version;
    this.dataSize = dataSize;
    this.defaultLists = defaultLists;
  }

  Negotiation offer() {
    return new Negotiation(version, actionsOf(version), stepsOf(version).with(dataSize));
  }

  private static Actions actionsOf(int version) {
    return version < NEWEST_VERSION ? new Actions(0x3f) : Actions.ALL;
  }

  private static ProtocolSteps stepsOf(int version) {
    return switch (version) {
      case 2 -> new ProtocolSteps(0x7f);
      case 3 -> new ProtocolSteps(0x17f);
      case 4, 5 -> new ProtocolSteps(0x37f);
      default -> ProtocolSteps.ALL;
    };
  }

  /**
   * Returns what holds from now on.
   *
   * @param remarks gets a text for each oddity without a consequence
   * @throws MilterProtocolException if the wish cannot be honoured
   */
  Negotiated agree(Negotiation wish, List<String> remarks) throws MilterProtocolException {
    Negotiation offer = offer();
    long wished = Integer.toUnsignedLong(wish.version());
    if (wished < OLDEST_VERSION || wished > version) {
      throw new MilterProtocolException(
          String.format(
              Locale.ROOT,
              "negotiation: milter wants protocol version %d, offered were %d to %d",
              wished,
              OLDEST_VERSION,
              version));
    }
    Actions unoffered = wish.actions().without(offer.actions());
    if (!unoffered.isEmpty()) {
      throw new MilterProtocolException(
          "negotiation: milter wants the actions %s, which were not offered; offered were %s"
              .formatted(unoffered, offer.actions()));
    }
    int effective = (int) wished;
    ProtocolSteps wanted = wish.steps().withoutDataSize();
    ProtocolSteps known = stepsOf(effective).and(offer.steps());
    if (!wanted.without(known).isEmpty()) {
      remarks.add(
          "wants the protocol steps %s, which were not offered".formatted(wanted.without(known)));
    }
    DataSize agreed = wish.steps().dataSize() == dataSize ? dataSize : DataSize.USUAL;
    return new Negotiated(
        effective, wish.actions(), wanted.and(known), agreed, listsOf(wish, remarks));
  }

  private MacroLists listsOf(Negotiation wish, List<String> remarks) {
    MacroLists lists = defaultLists;
    for (MacroList list : wish.macroLists()) {
      Optional<MacroStage> stage = MacroStage.ofWire(list.stage());
      if (stage.isPresent()) {
        lists = lists.with(stage.get(), list.names());
      } else {
        remarks.add("wants macros for the unknown stage " + Integer.toUnsignedString(list.stage()));
      }
    }
    return lists;
  }
}
