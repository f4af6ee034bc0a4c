package org.miltergate.config;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.miltergate.config.setting.InvalidSettingException;
import org.miltergate.config.setting.ListForm;
import org.miltergate.config.setting.RecordForm;
import org.miltergate.config.setting.Rows;
import org.miltergate.config.setting.Setting;
import org.miltergate.config.setting.Settings;
import org.miltergate.config.setting.TextForm;
import org.miltergate.config.setting.Values;
import org.miltergate.milter.chain.PreData;

/**
 * The milters that every message passes, in order.
 *
 * <p>Its keys are in the outermost mapping of a document. Immutable and thread-safe.
 */
public record ChainConfig(Values<ChainConfig> values) implements Settings<ChainConfig> {
  private static final Rows<ChainConfig> ROWS = new Rows<>();

  /** Milters with different names. */
  public static final Setting<ChainConfig, List<MilterConfig>> MILTERS =
      ROWS.add(
              "chain",
              ListForm.of(RecordForm.of(MilterConfig.DEFAULT))
                  .differingIn("name", milter -> Optional.of(milter.name())),
              List.of())
          .postfix("smtpd_milters")
          .checked((key, milters) -> requireDifferent(milters))
          .means("the milters that every message passes, in this order");

  public static final Setting<ChainConfig, PreData> PRE_DATA =
      ROWS.add("pre-data", TextForm.ofEnum(PreData.class), PreData.TOGETHER)
          .means(
              "how the milters are asked before DATA: all at once, or one after another as Postfix"
                  + " does");

  public static final ChainConfig DEFAULT = ROWS.table(ChainConfig::new).defaults();

  public static ChainConfig of(MilterConfig... milters) {
    return DEFAULT.with(MILTERS, List.of(milters));
  }

  private static List<MilterConfig> requireDifferent(List<MilterConfig> milters) {
    Set<String> names = new HashSet<>();
    for (MilterConfig milter : milters) {
      if (!names.add(milter.name())) {
        throw new InvalidSettingException(
            "milters", "'" + milter.name() + "' is the name of two milters; write different ones");
      }
    }
    return milters;
  }

  public List<MilterConfig> milters() {
    return get(MILTERS);
  }

  public PreData preData() {
    return get(PRE_DATA);
  }
}
