package org.miltergate.milter.session;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.miltergate.milter.bytes.Bytes;
import org.miltergate.milter.wire.MacroStage;

/**
 * Which macros are sent at which stage.
 *
 * <p>Immutable and thread-safe.
 */
public final class MacroLists {
  /** What Postfix or Sendmail send by default, stage by stage. */
  public static final MacroLists DEFAULT =
      new MacroLists(
          Map.of(
              MacroStage.CONNECT,
              names("j _ {daemon_name} {daemon_addr} {if_name} {if_addr} v"),
              MacroStage.HELO,
              names("{tls_version} {cipher} {cipher_bits} {cert_subject} {cert_issuer}"),
              MacroStage.MAIL,
              names(
                  "i {auth_type} {auth_authen} {auth_ssf} {auth_author}"
                      + " {mail_mailer} {mail_host} {mail_addr}"),
              MacroStage.RCPT,
              names("i {rcpt_mailer} {rcpt_host} {rcpt_addr}"),
              MacroStage.DATA,
              names("i"),
              MacroStage.END_OF_HEADERS,
              names("i"),
              MacroStage.END_OF_MESSAGE,
              names("i {msg_id}")));

  private final Map<MacroStage, List<Bytes>> lists;

  private MacroLists(Map<MacroStage, List<Bytes>> lists) {
    this.lists = lists;
  }

  /** Returns the same lists, but {@code names} at {@code stage}; an empty list sends none there. */
  public MacroLists with(MacroStage stage, List<Bytes> names) {
    Map<MacroStage, List<Bytes>> changed = new EnumMap<>(lists);
    changed.put(stage, List.copyOf(names));
    return new MacroLists(changed);
  }

  List<Bytes> at(MacroStage stage) {
    return lists.getOrDefault(stage, List.of());
  }

  private static List<Bytes> names(String blankSeparated) {
    return List.of(blankSeparated.split(" ")).stream().map(Bytes::ofLatin1).toList();
  }
}
