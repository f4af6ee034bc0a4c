package org.miltergate.config.tls;

import java.nio.file.Path;
import java.util.Optional;
import org.miltergate.config.setting.Forms;
import org.miltergate.config.setting.RecordForm;
import org.miltergate.config.setting.Rows;
import org.miltergate.config.setting.Setting;
import org.miltergate.config.setting.Settings;
import org.miltergate.config.setting.Values;
import org.miltergate.config.text.Secret;

/**
 * A further certificate of a listener, beside its first.
 *
 * <p>Immutable and thread-safe.
 */
public record CertificateConfig(Values<CertificateConfig> values)
    implements Settings<CertificateConfig> {
  private static final Rows<CertificateConfig> ROWS = new Rows<>();

  public static final Setting<CertificateConfig, Path> CERTIFICATE =
      ROWS.add("certificate", Forms.PATH, Path.of("mx.pem")).required().means("PEM or PKCS#12");

  public static final Setting<CertificateConfig, Optional<Path>> KEY =
      ROWS.add("key", Forms.FILE, Optional.empty()).means("PEM; \"\": it is in certificate");

  public static final Setting<CertificateConfig, Secret> PASSWORD =
      ROWS.add("password", Forms.SECRET, Secret.NONE)
          .means("of an encrypted key or of the PKCS#12 file");

  private static final CertificateConfig ANY = ROWS.table(CertificateConfig::new).defaults();

  static final RecordForm<CertificateConfig> FORM = RecordForm.of(ANY);

  /** One file with certificate and key. */
  public static CertificateConfig of(Path certificate) {
    return ANY.with(CERTIFICATE, certificate);
  }

  public Path certificate() {
    return get(CERTIFICATE);
  }

  /** Returns the file of the key; empty if it is in that of the certificate. */
  public Optional<Path> key() {
    return get(KEY);
  }

  public Secret password() {
    return get(PASSWORD);
  }
}
