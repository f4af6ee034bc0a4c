package org.miltergate.config.tls;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.miltergate.config.setting.Forms;
import org.miltergate.config.setting.ListForm;
import org.miltergate.config.setting.RecordForm;
import org.miltergate.config.setting.Rows;
import org.miltergate.config.setting.Setting;
import org.miltergate.config.setting.Settings;
import org.miltergate.config.setting.TextForm;
import org.miltergate.config.setting.Values;
import org.miltergate.config.text.Secret;

/**
 * TLS of a listener.
 *
 * <p>Paths are relative to the working directory. No file is read here. Immutable and thread-safe.
 */
public record TlsServerConfig(Values<TlsServerConfig> values) implements Settings<TlsServerConfig> {
  private static final Rows<TlsServerConfig> ROWS = new Rows<>();

  /** {@code OFF} if there is no section at all, {@code STARTTLS} if there is one. */
  public static final Setting<TlsServerConfig, TlsMode> MODE =
      ROWS.add("mode", TextForm.ofEnum(TlsMode.class), TlsMode.OFF)
          .postfix("smtpd_tls_wrappermode")
          .means("off, starttls, implicit");

  /** Whether a client has to begin TLS before it sends mail; no effect if TLS is implicit. */
  public static final Setting<TlsServerConfig, Boolean> REQUIRED =
      ROWS.add("required", Forms.BOOLEAN, false)
          .postfix("smtpd_tls_security_level")
          .means("no mail before STARTTLS");

  /** Must be there unless the mode is {@code OFF}. */
  public static final Setting<TlsServerConfig, Optional<Path>> CERTIFICATE =
      ROWS.add("certificate", Forms.FILE, Optional.empty())
          .postfix("smtpd_tls_cert_file")
          .means("PEM, own first, may contain the key; or PKCS#12: .p12, .pfx");

  /** PEM, PKCS#1 or PKCS#8; empty if it is in the file of the certificate. */
  public static final Setting<TlsServerConfig, Optional<Path>> KEY =
      ROWS.add("key", Forms.FILE, Optional.empty())
          .postfix("smtpd_tls_key_file")
          .means("PEM; \"\": it is in certificate");

  public static final Setting<TlsServerConfig, Secret> PASSWORD =
      ROWS.add("password", Forms.SECRET, Secret.NONE).means("of the key or the PKCS#12 file");

  /**
   * Shown to clients that do not know the kind of key of the first, or that ask for a name (SNI)
   * that is in them and not in the first.
   */
  public static final Setting<TlsServerConfig, List<CertificateConfig>> MORE_CERTIFICATES =
      ROWS.add("more-certificates", ListForm.of(CertificateConfig.FORM), List.of())
          .postfix("smtpd_tls_chain_files, tls_server_sni_maps")
          .means(
              "{certificate: mx-ec.pem, key: mx-ec.key, password: \"\"}, ...: other kinds of keys,"
                  + " and other names that clients ask for");

  /** The oldest version that is used. */
  public static final Setting<TlsServerConfig, TlsVersion> MINIMUM_VERSION =
      ROWS.add("minimum-version", TlsVersion.FORM, TlsVersion.TLS_1_2)
          .postfix("smtpd_tls_protocols")
          .means("or TLSv1.3");

  /** As OpenSSL or IANA spell them. Those of TLS 1.3 are the JDK's if none of them is named. */
  public static final Setting<TlsServerConfig, List<String>> CIPHERS =
      ROWS.add("ciphers", ListForm.of(Forms.TEXT), List.of())
          .postfix("tls_high_cipherlist, smtpd_tls_exclude_ciphers")
          .checked(CipherText::require)
          .means("best first, ECDHE-RSA-AES256-GCM-SHA384, ...; []: the JDK's");

  public static final Setting<TlsServerConfig, ClientCertificates> CLIENT_CERTIFICATES =
      ROWS.add(
              "client-certificates",
              TextForm.ofEnum(ClientCertificates.class),
              ClientCertificates.NONE)
          .postfix("smtpd_tls_ask_ccert, smtpd_tls_req_ccert")
          .means("none, ask, require");

  /** The CAs that are trusted to sign client certificates. */
  public static final Setting<TlsServerConfig, Optional<Path>> CLIENT_CA =
      ROWS.add("client-ca", Forms.FILE, Optional.empty())
          .postfix("smtpd_tls_CAfile")
          .means("PEM; \"\": the CAs that the JDK trusts");

  public static final TlsServerConfig OFF = ROWS.table(TlsServerConfig::new).defaults();

  /** A document that has the section enables TLS. */
  public static final RecordForm<TlsServerConfig> FORM =
      RecordForm.of(OFF.with(MODE, TlsMode.STARTTLS));

  /** Creates TLS with all defaults, the key in the file of the certificate. */
  public static TlsServerConfig of(TlsMode mode, Path certificate) {
    return OFF.with(tls -> tls.set(MODE, mode).set(CERTIFICATE, Optional.of(certificate)));
  }

  public TlsMode mode() {
    return get(MODE);
  }

  public boolean required() {
    return get(REQUIRED);
  }

  public Optional<Path> certificate() {
    return get(CERTIFICATE);
  }

  public Optional<Path> key() {
    return get(KEY);
  }

  public Secret password() {
    return get(PASSWORD);
  }

  public List<CertificateConfig> moreCertificates() {
    return get(MORE_CERTIFICATES);
  }

  public TlsVersion minimumVersion() {
    return get(MINIMUM_VERSION);
  }

  public List<String> ciphers() {
    return get(CIPHERS);
  }

  public ClientCertificates clientCertificates() {
    return get(CLIENT_CERTIFICATES);
  }

  public Optional<Path> clientCa() {
    return get(CLIENT_CA);
  }

  /** Returns whether clients can have TLS at all. */
  public boolean isOn() {
    return mode() != TlsMode.OFF;
  }
}
