package org.miltergate.config;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.miltergate.config.setting.Check;
import org.miltergate.config.setting.Forms;
import org.miltergate.config.setting.InvalidSettingException;
import org.miltergate.config.setting.ListForm;
import org.miltergate.config.setting.MapForm;
import org.miltergate.config.setting.Rows;
import org.miltergate.config.setting.Setting;
import org.miltergate.config.setting.Settings;
import org.miltergate.config.setting.TextForm;
import org.miltergate.config.setting.Values;
import org.miltergate.milter.wire.MacroStage;

/**
 * Macros for milters beyond the facts of a session.
 *
 * <p>Names are as on the wire: one letter or {@code _} bare, longer ones in braces. Immutable and
 * thread-safe.
 */
public record MacroConfig(Values<MacroConfig> values) implements Settings<MacroConfig> {
  private static final Pattern NAME = Pattern.compile("[A-Za-z_]|\\{[A-Za-z0-9_]{2,64}}");

  private static final TextForm<String> MACRO =
      TextForm.of("a macro, such as j or {client_addr}", MacroConfig::parseName);

  private static final Rows<MacroConfig> ROWS = new Rows<>();

  /** The macro {@code v}. */
  public static final Setting<MacroConfig, String> V =
      ROWS.add("v", Forms.PRINTABLE, "Miltergate " + ProductVersion.current())
          .postfix("milter_macro_v")
          .means("");

  /** The macro {@code {daemon_name}}. */
  public static final Setting<MacroConfig, String> DAEMON_NAME =
      ROWS.add("daemon-name", Forms.PRINTABLE, "")
          .postfix("milter_macro_daemon_name")
          .means("{daemon_name}; empty: the hostname");

  public static final Setting<MacroConfig, Map<String, String>> DEFAULTS =
      ROWS.add(
              "defaults",
              new MapForm<>("a mapping of names to values", MACRO, Forms.TEXT),
              Map.of())
          .postfix("milter_macro_defaults")
          .checked(MacroConfig::requireValues)
          .means("values of macros that have none in a session");

  /** A stage that is missing has its usual list; an empty list sends none. */
  public static final Setting<MacroConfig, Map<MacroStage, List<String>>> STAGES =
      ROWS.add(
              "stages",
              new MapForm<>(
                  "a mapping of stages to lists",
                  TextForm.ofEnum(MacroStage.class),
                  ListForm.of(MACRO)),
              Map.of())
          .postfix("milter_connect_macros and so on")
          .checked(MacroConfig::requireNames)
          .means("names that are sent at a stage, for milters that do not ask for others");

  public static final MacroConfig DEFAULT = ROWS.table(MacroConfig::new).defaults();

  /** Returns the value of the macro {@code v}. */
  public String v() {
    return get(V);
  }

  /** Returns the macro {@code {daemon_name}}; empty for the host name. */
  public String daemonName() {
    return get(DAEMON_NAME);
  }

  /** Returns values of macros that have none in a session, ordered by name. */
  public Map<String, String> defaults() {
    return get(DEFAULTS);
  }

  /** Returns the names that are sent at stages, in the order of the stages. */
  public Map<MacroStage, List<String>> stages() {
    return get(STAGES);
  }

  private static Map<String, String> requireValues(String key, Map<String, String> defaults) {
    Map<String, String> values = new TreeMap<>(defaults);
    for (Map.Entry<String, String> entry : values.entrySet()) {
      requireName(key, entry.getKey());
      Check.printable(key, entry.getValue());
    }
    return Collections.unmodifiableMap(values);
  }

  private static Map<MacroStage, List<String>> requireNames(
      String key, Map<MacroStage, List<String>> stages) {
    Map<MacroStage, List<String>> lists = new LinkedHashMap<>();
    for (MacroStage stage : MacroStage.values()) {
      if (stages.containsKey(stage)) {
        List<String> names = List.copyOf(stages.getOrDefault(stage, List.of()));
        names.forEach(name -> requireName(key, name));
        lists.put(stage, names);
      }
    }
    return Collections.unmodifiableMap(lists);
  }

  /**
   * Reads the name of a macro, with or without braces.
   *
   * @throws IllegalArgumentException if the text is not a macro name
   */
  public static String parseName(String text) {
    boolean bare = text.length() > 1 && !text.startsWith("{");
    String name = bare ? "{" + text + "}" : text;
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException(nameProblem(text));
    }
    return name;
  }

  private static void requireName(String key, String name) {
    if (!NAME.matcher(name).matches()) {
      throw new InvalidSettingException(key, nameProblem(name));
    }
  }

  private static String nameProblem(String text) {
    return "'" + text + "' is not a macro; write a name such as j, i or {client_addr}";
  }
}
