package org.miltergate.config.listener;

import java.util.List;
import org.miltergate.address.Cidr;
import org.miltergate.config.setting.Forms;
import org.miltergate.config.setting.ListForm;
import org.miltergate.config.setting.RecordForm;
import org.miltergate.config.setting.Rows;
import org.miltergate.config.setting.Setting;
import org.miltergate.config.setting.Settings;
import org.miltergate.config.setting.Values;

/**
 * Extensions that clients of a network are not offered.
 *
 * <p>Immutable and thread-safe.
 */
public record HiddenExtensions(Values<HiddenExtensions> values)
    implements Settings<HiddenExtensions> {
  private static final Rows<HiddenExtensions> ROWS = new Rows<>();

  public static final Setting<HiddenExtensions, Cidr> NETWORK =
      ROWS.add("network", Forms.CIDR, Cidr.parse("192.0.2.0/24")).required().means("the clients");

  /** Of {@link Keywords#ALL}. */
  public static final Setting<HiddenExtensions, List<String>> EXTENSIONS =
      ROWS.add("extensions", ListForm.of(Keywords.FORM), List.of())
          .required()
          .checked(Keywords::require)
          .means("[]: these clients are offered everything");

  private static final HiddenExtensions ANY = ROWS.table(HiddenExtensions::new).defaults();

  static final RecordForm<HiddenExtensions> FORM = RecordForm.of(ANY);

  public static HiddenExtensions of(Cidr network, List<String> extensions) {
    return ANY.with(hidden -> hidden.set(NETWORK, network).set(EXTENSIONS, extensions));
  }

  public Cidr network() {
    return get(NETWORK);
  }

  public List<String> extensions() {
    return get(EXTENSIONS);
  }
}
