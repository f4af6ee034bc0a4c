package org.miltergate.config.nexthop;

import java.nio.file.Path;
import java.util.Optional;
import org.miltergate.config.setting.Check;
import org.miltergate.config.setting.Forms;
import org.miltergate.config.setting.Rows;
import org.miltergate.config.setting.Setting;
import org.miltergate.config.setting.Settings;
import org.miltergate.config.setting.TextForm;
import org.miltergate.config.setting.Values;
import org.miltergate.config.tls.TlsVersion;

/**
 * TLS with a next hop.
 *
 * <p>Paths are relative to the working directory. No file is read here. Immutable and thread-safe.
 */
public record NextHopTlsConfig(Values<NextHopTlsConfig> values)
    implements Settings<NextHopTlsConfig> {
  private static final Rows<NextHopTlsConfig> ROWS = new Rows<>();

  /** Inside of {@code smtps} {@code ENCRYPT} by default, on a Unix socket {@code NONE}. */
  public static final Setting<NextHopTlsConfig, TlsLevel> LEVEL =
      ROWS.add("tls", TextForm.ofEnum(TlsLevel.class), TlsLevel.MAY)
          .postfix("smtp_tls_security_level")
          .means(
              "none, may, encrypt, verify (trusted, and names the host); by default none with"
                  + " lmtp:unix:, and encrypt with smtps:");

  /** Those whose signature counts. */
  public static final Setting<NextHopTlsConfig, Optional<Path>> CA =
      ROWS.add("tls-ca", Forms.FILE, Optional.empty())
          .postfix("smtp_tls_CAfile")
          .means("PEM; \"\": the CAs that the JDK trusts");

  public static final Setting<NextHopTlsConfig, String> NAME =
      ROWS.add("tls-name", Forms.TEXT, "")
          .checked(NextHopTlsConfig::requireName)
          .means("name in the certificate; \"\": the host's");

  /** The oldest version that is used. */
  public static final Setting<NextHopTlsConfig, TlsVersion> MINIMUM_VERSION =
      ROWS.add("tls-minimum-version", TlsVersion.FORM, TlsVersion.TLS_1_2)
          .postfix("smtp_tls_protocols")
          .means("or TLSv1.3");

  public static final Setting<NextHopTlsConfig, Optional<Path>> CERTIFICATE =
      ROWS.add("tls-certificate", Forms.FILE, Optional.empty())
          .postfix("smtp_tls_cert_file")
          .means("our own, PEM or PKCS#12");

  public static final Setting<NextHopTlsConfig, Optional<Path>> KEY =
      ROWS.add("tls-key", Forms.FILE, Optional.empty())
          .postfix("smtp_tls_key_file")
          .means("PEM; \"\": it is in tls-certificate");

  public static final NextHopTlsConfig DEFAULT = ROWS.table(NextHopTlsConfig::new).defaults();

  public static NextHopTlsConfig of(TlsLevel level) {
    return DEFAULT.with(LEVEL, level);
  }

  private static String requireName(String key, String name) {
    if (!name.isEmpty()) {
      Check.hostName(key, name);
    }
    return name;
  }

  public TlsLevel level() {
    return get(LEVEL);
  }

  /** Returns the file of the CAs; empty for those that the JDK trusts. */
  public Optional<Path> ca() {
    return get(CA);
  }

  /** Returns the name that the certificate must have; empty for the name of the host. */
  public String name() {
    return get(NAME);
  }

  public TlsVersion minimumVersion() {
    return get(MINIMUM_VERSION);
  }

  /** Returns the file of the own certificate; empty for none. */
  public Optional<Path> certificate() {
    return get(CERTIFICATE);
  }

  /** Returns the file of the own key; empty if it is in that of the certificate. */
  public Optional<Path> key() {
    return get(KEY);
  }
}
