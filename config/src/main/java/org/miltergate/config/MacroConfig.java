package org.miltergate.config;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.miltergate.config.setting.Check;
import org.miltergate.config.setting.InvalidSettingException;
import org.miltergate.milter.wire.MacroStage;

/**
 * What milters get as macros beyond the facts of a session.
 *
 * <p>Names are as on the wire: one letter or {@code _} bare, longer ones in braces.
 *
 * @param v the macro {@code v}; Postfix {@code milter_macro_v}; default {@code Miltergate} and its
 *     version
 * @param daemonName the macro {@code {daemon_name}}; Postfix {@code milter_macro_daemon_name};
 *     empty (the default) for the host name
 * @param defaults values of macros that have none in a session; Postfix {@code
 *     milter_macro_defaults}; default none
 * @param stages the names that are sent at a stage to milters that do not ask for others; Postfix
 *     {@code milter_connect_macros} and so on. A stage that is missing has its usual list; an empty
 *     list sends none
 */
public record MacroConfig(
    String v,
    String daemonName,
    Map<String, String> defaults,
    Map<MacroStage, List<String>> stages) {
  public static final MacroConfig DEFAULT =
      new MacroConfig("Miltergate " + ProductVersion.current(), "", Map.of(), Map.of());

  private static final Pattern NAME = Pattern.compile("[A-Za-z_]|\\{[A-Za-z0-9_]{2,64}}");

  public MacroConfig {
    Check.printable("v", v);
    Check.printable("daemon-name", daemonName);
    Map<String, String> values = new TreeMap<>(defaults);
    for (Map.Entry<String, String> entry : values.entrySet()) {
      requireName("defaults", entry.getKey());
      Check.printable("defaults", entry.getValue());
    }
    defaults = Collections.unmodifiableMap(values);
    Map<MacroStage, List<String>> lists = new LinkedHashMap<>();
    for (MacroStage stage : MacroStage.values()) {
      if (stages.containsKey(stage)) {
        List<String> names = List.copyOf(stages.getOrDefault(stage, List.of()));
        names.forEach(name -> requireName("stages", name));
        lists.put(stage, names);
      }
    }
    stages = Collections.unmodifiableMap(lists);
  }

  /**
   * Reads the name of a macro, with or without braces.
   *
   * @throws IllegalArgumentException if the text is no name
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
    return "'" + text + "' is no macro; write a name such as j, i or {client_addr}";
  }

  public MacroConfig withV(String value) {
    return new MacroConfig(value, daemonName, defaults, stages);
  }

  public MacroConfig withDaemonName(String value) {
    return new MacroConfig(v, value, defaults, stages);
  }

  public MacroConfig withDefaults(Map<String, String> value) {
    return new MacroConfig(v, daemonName, value, stages);
  }

  public MacroConfig withStages(Map<MacroStage, List<String>> value) {
    return new MacroConfig(v, daemonName, defaults, value);
  }
}
