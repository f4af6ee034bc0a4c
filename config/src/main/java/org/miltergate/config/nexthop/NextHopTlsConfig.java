package org.miltergate.config.nexthop;

import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import org.miltergate.config.setting.Check;
import org.miltergate.config.tls.TlsServerConfig;
import org.miltergate.config.tls.TlsVersion;

/**
 * TLS towards a next hop.
 *
 * <p>Paths are relative to the working directory. No file is read here.
 *
 * @param level how much is asked for; Postfix {@code smtp_tls_security_level}; default {@code MAY},
 *     inside of {@code smtps} {@code ENCRYPT}, on a Unix socket {@code NONE}
 * @param ca PEM file of those whose signature counts; empty (the default) for those that the JDK
 *     trusts; Postfix {@code smtp_tls_CAfile}
 * @param name that the certificate must have; empty (the default) for the name of the host
 * @param minimumVersion oldest version that is spoken; Postfix {@code smtp_tls_protocols}; default
 *     1.2
 * @param certificate own certificate, as in {@link TlsServerConfig}; empty (the default) for none;
 *     Postfix {@code smtp_tls_cert_file}
 * @param key of the own certificate; empty (the default) if it is in the same file; Postfix {@code
 *     smtp_tls_key_file}
 */
public record NextHopTlsConfig(
    TlsLevel level,
    Optional<Path> ca,
    String name,
    TlsVersion minimumVersion,
    Optional<Path> certificate,
    Optional<Path> key) {
  public NextHopTlsConfig {
    Objects.requireNonNull(level, "level");
    Objects.requireNonNull(ca, "ca");
    if (!name.isEmpty()) {
      Check.hostName("tls-name", name);
    }
    Objects.requireNonNull(minimumVersion, "minimumVersion");
    Objects.requireNonNull(certificate, "certificate");
    Objects.requireNonNull(key, "key");
  }

  public static NextHopTlsConfig of(TlsLevel level) {
    return new NextHopTlsConfig(
        level, Optional.empty(), "", TlsVersion.TLS_1_2, Optional.empty(), Optional.empty());
  }

  /** Returns the same settings, but for what {@code change} sets. */
  public NextHopTlsConfig with(Consumer<Builder> change) {
    Builder builder = new Builder(this);
    change.accept(builder);
    return builder.build();
  }

  /** Collects the settings; confined. */
  public static final class Builder {
    private TlsLevel level;
    private Optional<Path> ca;
    private String name;
    private TlsVersion minimumVersion;
    private Optional<Path> certificate;
    private Optional<Path> key;

    private Builder(NextHopTlsConfig from) {
      level = from.level;
      ca = from.ca;
      name = from.name;
      minimumVersion = from.minimumVersion;
      certificate = from.certificate;
      key = from.key;
    }

    public Builder level(TlsLevel value) {
      level = value;
      return this;
    }

    public Builder ca(Optional<Path> value) {
      ca = value;
      return this;
    }

    public Builder name(String value) {
      name = value;
      return this;
    }

    public Builder minimumVersion(TlsVersion value) {
      minimumVersion = value;
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

    private NextHopTlsConfig build() {
      return new NextHopTlsConfig(level, ca, name, minimumVersion, certificate, key);
    }
  }
}
