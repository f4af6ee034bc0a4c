package org.miltergate.config;

import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.miltergate.config.setting.InvalidSettingException;

/**
 * The milters that every message passes, in their order.
 *
 * @param milters with different names; none by default. Postfix {@code smtpd_milters}
 * @param preData order of asking before DATA; default {@code TOGETHER}
 */
public record ChainConfig(List<MilterConfig> milters, PreData preData) {
  public static final ChainConfig DEFAULT = new ChainConfig(List.of(), PreData.TOGETHER);

  public ChainConfig {
    milters = List.copyOf(milters);
    Objects.requireNonNull(preData, "preData");
    Set<String> names = new HashSet<>();
    for (MilterConfig milter : milters) {
      if (!names.add(milter.name())) {
        throw new InvalidSettingException(
            "milters", "'" + milter.name() + "' is the name of two milters; write different ones");
      }
    }
  }

  public static ChainConfig of(MilterConfig... milters) {
    return new ChainConfig(List.of(milters), PreData.TOGETHER);
  }

  public ChainConfig withMilters(List<MilterConfig> value) {
    return new ChainConfig(value, preData);
  }

  public ChainConfig withPreData(PreData value) {
    return new ChainConfig(milters, value);
  }
}
