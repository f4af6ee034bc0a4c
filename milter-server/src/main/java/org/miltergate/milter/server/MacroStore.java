package org.miltergate.milter.server;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.miltergate.milter.bytes.Bytes;
import org.miltergate.milter.wire.MacroNames;
import org.miltergate.milter.wire.MacroValue;

/**
 * The macros of one connection, by stage; a later stage hides an earlier one.
 *
 * <p>As in libmilter, an empty packet keeps the former values, and a CONNECT, HELO, MAIL or RCPT
 * drops those of later stages (sendmail libmilter/engine.c).
 */
final class MacroStore {
  /** The letters of the stages that have macros, in the order of the stages. */
  private static final String STAGES = "CHMRTLNBEU";

  private static final String FORGETTING = "CHMR";

  private final List<Map<String, Bytes>> stages = new ArrayList<>();

  MacroStore() {
    clear();
  }

  void clear() {
    stages.clear();
    for (int i = 0; i < STAGES.length(); i++) {
      stages.add(Map.of());
    }
  }

  /** Ignores macros for a letter without a stage, as libmilter does. */
  void put(byte letter, List<MacroValue> values) {
    int stage = STAGES.indexOf(letter);
    if (stage < 0 || values.isEmpty()) {
      return;
    }
    Map<String, Bytes> macros = new HashMap<>();
    values.forEach(value -> macros.put(MacroNames.bare(value.name().toString()), value.value()));
    stages.set(stage, macros);
  }

  /** Drops the macros of an earlier message or recipient when this command arrives. */
  void begin(byte letter) {
    if (FORGETTING.indexOf(letter) < 0) {
      return;
    }
    for (int later = STAGES.indexOf(letter) + 1; later < STAGES.length(); later++) {
      stages.set(later, Map.of());
    }
  }

  Optional<Bytes> get(String name) {
    String bare = MacroNames.bare(name);
    for (int stage = STAGES.length() - 1; stage >= 0; stage--) {
      Bytes value = stages.get(stage).get(bare);
      if (value != null) {
        return Optional.of(value);
      }
    }
    return Optional.empty();
  }

  Map<String, Bytes> all() {
    Map<String, Bytes> all = new LinkedHashMap<>();
    stages.forEach(all::putAll);
    return Map.copyOf(all);
  }
}
