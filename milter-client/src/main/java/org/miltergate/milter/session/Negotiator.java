package org.miltergate.milter.session;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.miltergate.milter.bytes.Bytes;
import org.miltergate.milter.wire.Actions;
import org.miltergate.milter.wire.DataSize;
import org.miltergate.milter.wire.MacroList;
import org.miltergate.milter.wire.MacroNames;
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

  /** Of one list; Sendmail takes 50. */
  private static final int MAX_NAMES = 128;

  private static final int MAX_NAME_BYTES = 128;
  private static final String MORE = ", and for others";

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
    String unknown = "";
    boolean isCut = wish.macroLists().size() == Negotiation.MAX_MACRO_LISTS;
    for (MacroList list : wish.macroLists()) {
      Optional<MacroStage> stage = MacroStage.ofWire(list.stage());
      if (stage.isPresent()) {
        List<Bytes> names = list.names(MAX_NAMES + 1);
        lists = lists.with(stage.get(), usual(names));
        isCut |= names.size() > MAX_NAMES;
      } else if (unknown.isEmpty()) {
        unknown = "wants macros for the unknown stage " + Integer.toUnsignedString(list.stage());
      } else if (!unknown.endsWith(MORE)) {
        unknown += MORE;
      }
    }
    if (!unknown.isEmpty()) {
      remarks.add(unknown);
    }
    if (isCut) {
      remarks.add(
          String.format(
              Locale.ROOT,
              "wants more macros than there are: %d lists and %d names of each count",
              Negotiation.MAX_MACRO_LISTS,
              MAX_NAMES));
    }
    return lists;
  }

  /**
   * Leaves out what no macro is called, and what is asked for twice; keeps no piece of a packet.
   */
  private static List<Bytes> usual(List<Bytes> names) {
    Map<Bytes, Bytes> kept = new LinkedHashMap<>();
    for (Bytes name : names.subList(0, Math.min(names.size(), MAX_NAMES))) {
      if (name.length() <= MAX_NAME_BYTES) {
        Bytes copy = Bytes.copyOf(name.toArray());
        kept.putIfAbsent(MacroNames.bare(copy), copy);
      }
    }
    return List.copyOf(kept.values());
  }
}
