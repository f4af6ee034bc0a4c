package org.miltergate.config.yaml;

import java.util.Map;
import org.miltergate.config.GatewayConfig;
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
    Map<String, Object> tree = GatewaySchema.SHAPE.tree(config, detail);
    return tree.isEmpty() ? NOTHING_CHANGED : new Dump(SETTINGS).dumpToString(tree);
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
