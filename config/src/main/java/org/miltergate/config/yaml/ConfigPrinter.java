package org.miltergate.config.yaml;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.miltergate.config.GatewayConfig;
import org.miltergate.config.setting.Detail;
import org.snakeyaml.engine.v2.api.Dump;
import org.snakeyaml.engine.v2.api.DumpSettings;
import org.snakeyaml.engine.v2.common.FlowStyle;

/**
 * Prints settings as YAML that {@link ConfigReader} reads back to the same settings.
 *
 * <p>Passwords and their hashes are printed as {@value org.miltergate.config.text.Secret#HIDDEN},
 * which is refused when it is read.
 *
 * <p>Stateless and thread-safe.
 */
public final class ConfigPrinter {
  private static final String NOTHING_CHANGED = "# All settings have their defaults.\n";

  private ConfigPrinter() {}

  /** Prints every setting. */
  public static String print(GatewayConfig config) {
    return print(config, Detail.WHOLE);
  }

  /** Prints the settings that differ from {@link GatewayConfig#DEFAULT}; a comment if none does. */
  public static String printChanged(GatewayConfig config) {
    return print(config, Detail.CHANGED);
  }

  private static String print(GatewayConfig config, Detail detail) {
    Map<String, Object> tree = GatewayConfig.FORM.tree(config, detail);
    return tree.isEmpty() ? NOTHING_CHANGED : new Dump(SETTINGS).dumpToString(escape(tree));
  }

  /** Writes texts so that no reference to the environment is read in them. */
  private static Object escape(Object tree) {
    return switch (tree) {
      case String text -> Substitution.escape(text);
      case List<?> list -> list.stream().map(ConfigPrinter::escape).toList();
      case Map<?, ?> map -> {
        Map<Object, Object> escaped = new LinkedHashMap<>();
        map.forEach((key, value) -> escaped.put(escape(key), escape(value)));
        yield escaped;
      }
      default -> tree;
    };
  }

  /** One line for each value, entries of lists set in. */
  private static final DumpSettings SETTINGS =
      DumpSettings.builder()
          .setDefaultFlowStyle(FlowStyle.BLOCK)
          .setIndicatorIndent(2)
          .setIndentWithIndicator(true)
          .setSplitLines(false)
          .build();
}
