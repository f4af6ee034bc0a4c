package org.miltergate.milter.test.mta;

import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.miltergate.milter.bytes.Bytes;
import org.miltergate.milter.wire.MacroStage;
import org.miltergate.milter.wire.Negotiation;
import org.miltergate.milter.wire.Strictness;

/**
 * How a driver behaves, see {@link MtaDriver.Builder}.
 *
 * @param macros values by name without braces
 * @param chunkBytes largest piece of a body; 0 for as much as was agreed
 */
record MtaSettings(
    Dialect dialect,
    Negotiation offer,
    Strictness strictness,
    String hostname,
    Duration connectLimit,
    Duration replyLimit,
    Duration messageLimit,
    int maxPacketBytes,
    int chunkBytes,
    boolean withoutMacros,
    Map<MacroStage, List<Bytes>> macroLists,
    Map<String, String> macros) {
  MtaSettings {
    macroLists =
        macroLists.isEmpty()
            ? Map.of()
            : Map.copyOf(new EnumMap<MacroStage, List<Bytes>>(macroLists));
    macros = Map.copyOf(macros);
  }
}
