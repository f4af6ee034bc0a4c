package org.miltergate.config.tls;

import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import org.miltergate.config.text.Secret;

/**
 * TLS of a listener.
 *
 * <p>Paths are relative to the working directory. No file is read here.
 *
 * @param mode when TLS begins; {@code OFF} if there is no section {@code tls} at all, and {@code
 *     STARTTLS} if there is one that does not say
 * @param required whether a client has to begin TLS before it sends mail; Postfix {@code
 *     smtpd_tls_security_level = encrypt}; default no. Without meaning where TLS is implicit
 * @param certificate own certificate first, then those that signed it, in PEM; a PKCS#12 file if
 *     its name ends with {@code .p12} or {@code .pfx}; must be there unless the mode is {@code
 *     OFF}; Postfix {@code smtpd_tls_cert_file}
 * @param key PEM, PKCS#1 or PKCS#8; empty (the default) if it is in the file of the certificate;
 *     Postfix {@code smtpd_tls_key_file}
 * @param password of the key or of the PKCS#12 file; empty for none
 * @param moreCertificates shown to clients that do not know the kind of key of the first, or that
 *     ask for a name (SNI) that is in them and not in the first; default none; Postfix {@code
 *     smtpd_tls_chain_files}, {@code tls_server_sni_maps}
 * @param minimumVersion oldest version that is spoken; Postfix {@code smtpd_tls_protocols}; default
 *     1.2
 * @param ciphers suites that may be negotiated, best first, as OpenSSL or IANA spell them; none
 *     (the default) for those of the JDK. Those of TLS 1.3 are the JDK's if none of them is named
 * @param clientCertificates whether clients show one; default {@code NONE}
 * @param clientCa PEM file of those whose signature on it counts; empty (the default) for those
 *     that the JDK trusts; Postfix {@code smtpd_tls_CAfile}
 */
public record TlsServerConfig(
    TlsMode mode,
    boolean required,
    Optional<Path> certificate,
    Optional<Path> key,
    Secret password,
    List<CertificateConfig> moreCertificates,
    TlsVersion minimumVersion,
    List<String> ciphers,
    ClientCertificates clientCertificates,
    Optional<Path> clientCa) {
  public static final TlsServerConfig OFF =
      new TlsServerConfig(
          TlsMode.OFF,
          false,
          Optional.empty(),
          Optional.empty(),
          Secret.NONE,
          List.of(),
          TlsVersion.TLS_1_2,
          List.of(),
          ClientCertificates.NONE,
          Optional.empty());

  public TlsServerConfig {
    Objects.requireNonNull(mode, "mode");
    Objects.requireNonNull(certificate, "certificate");
    Objects.requireNonNull(key, "key");
    Objects.requireNonNull(password, "password");
    moreCertificates = List.copyOf(moreCertificates);
    Objects.requireNonNull(minimumVersion, "minimumVersion");
    ciphers = CipherText.require("ciphers", ciphers);
    Objects.requireNonNull(clientCertificates, "clientCertificates");
    Objects.requireNonNull(clientCa, "clientCa");
  }

  /** Makes TLS with all defaults, the key in the file of the certificate. */
  public static TlsServerConfig of(TlsMode mode, Path certificate) {
    return OFF.with(tls -> tls.mode(mode).certificate(Optional.of(certificate)));
  }

  /** Tells whether TLS can be had at all. */
  public boolean isOn() {
    return mode != TlsMode.OFF;
  }

  /** Returns the same settings, but for what {@code change} sets. */
  public TlsServerConfig with(Consumer<Builder> change) {
    Builder builder = new Builder(this);
    change.accept(builder);
    return builder.build();
  }

  /** Collects the settings; confined. */
  public static final class Builder {
    private TlsMode mode;
    private boolean required;
    private Optional<Path> certificate;
    private Optional<Path> key;
    private Secret password;
    private List<CertificateConfig> moreCertificates;
    private TlsVersion minimumVersion;
    private List<String> ciphers;
    private ClientCertificates clientCertificates;
    private Optional<Path> clientCa;

    private Builder(TlsServerConfig from) {
      mode = from.mode;
      required = from.required;
      certificate = from.certificate;
      key = from.key;
      password = from.password;
      moreCertificates = from.moreCertificates;
      minimumVersion = from.minimumVersion;
      ciphers = from.ciphers;
      clientCertificates = from.clientCertificates;
      clientCa = from.clientCa;
    }

    public Builder mode(TlsMode value) {
      mode = value;
      return this;
    }

    public Builder required(boolean value) {
      required = value;
      return this;
    }

    public Builder certificate(Optional<Path> value) {
      certificate = value;
      return this;
    }

    public Builder key(Optional<Path> value) {
      key = value;
      return this;
    }

    public Builder password(Secret value) {
      password = value;
      return this;
    }

    public Builder moreCertificates(List<CertificateConfig> value) {
      moreCertificates = value;
      return this;
    }

    public Builder ciphers(List<String> value) {
      ciphers = value;
      return this;
    }

    public Builder minimumVersion(TlsVersion value) {
      minimumVersion = value;
      return this;
    }

    public Builder clientCertificates(ClientCertificates value) {
      clientCertificates = value;
      return this;
    }

    public Builder clientCa(Optional<Path> value) {
      clientCa = value;
      return this;
    }

    private TlsServerConfig build() {
      return new TlsServerConfig(
          mode,
          required,
          certificate,
          key,
          password,
          moreCertificates,
          minimumVersion,
          ciphers,
          clientCertificates,
          clientCa);
    }
  }
}
