package org.miltergate.config.yaml;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import org.miltergate.address.Cidr;
import org.miltergate.config.listener.HiddenExtensions;
import org.miltergate.config.listener.ListenerAuth;
import org.miltergate.config.listener.ListenerConfig;
import org.miltergate.config.tls.CertificateConfig;
import org.miltergate.config.tls.ClientCertificates;
import org.miltergate.config.tls.TlsMode;
import org.miltergate.config.tls.TlsServerConfig;

/** The keys of one listener. */
final class ListenerSchema {
  /** Who writes the section at all wants TLS. */
  private static final TlsServerConfig TLS_DEFAULT =
      TlsServerConfig.OFF.with(tls -> tls.mode(TlsMode.STARTTLS));

  private static final RecordShape<CertificateConfig> CERTIFICATE =
      RecordShape.of(CertificateConfig.of(Path.of("mx.pem")))
          .required(
              "certificate",
              Scalars.PATH,
              CertificateConfig::certificate,
              CertificateConfig::withCertificate)
          .key("key", Scalars.FILE, CertificateConfig::key, CertificateConfig::withKey)
          .key(
              "password",
              Scalars.SECRET,
              CertificateConfig::password,
              CertificateConfig::withPassword);

  private static final RecordShape<TlsServerConfig> TLS =
      RecordShape.of(TLS_DEFAULT)
          .key(
              "mode",
              ScalarShape.ofEnum(TlsMode.class),
              TlsServerConfig::mode,
              tls(TlsServerConfig.Builder::mode))
          .key(
              "required",
              Scalars.BOOLEAN,
              TlsServerConfig::required,
              tls(TlsServerConfig.Builder::required))
          .key(
              "certificate",
              Scalars.FILE,
              TlsServerConfig::certificate,
              tls(TlsServerConfig.Builder::certificate))
          .key("key", Scalars.FILE, TlsServerConfig::key, tls(TlsServerConfig.Builder::key))
          .key(
              "password",
              Scalars.SECRET,
              TlsServerConfig::password,
              tls(TlsServerConfig.Builder::password))
          .key(
              "more-certificates",
              ListShape.of(CERTIFICATE),
              TlsServerConfig::moreCertificates,
              tls(TlsServerConfig.Builder::moreCertificates))
          .key(
              "minimum-version",
              Scalars.TLS_VERSION,
              TlsServerConfig::minimumVersion,
              tls(TlsServerConfig.Builder::minimumVersion))
          .key(
              "ciphers",
              ListShape.of(Scalars.TEXT),
              TlsServerConfig::ciphers,
              tls(TlsServerConfig.Builder::ciphers))
          .key(
              "client-certificates",
              ScalarShape.ofEnum(ClientCertificates.class),
              TlsServerConfig::clientCertificates,
              tls(TlsServerConfig.Builder::clientCertificates))
          .key(
              "client-ca",
              Scalars.FILE,
              TlsServerConfig::clientCa,
              tls(TlsServerConfig.Builder::clientCa));

  private static final RecordShape<HiddenExtensions> HIDDEN =
      RecordShape.of(new HiddenExtensions(Cidr.parse("192.0.2.0/24"), List.of()))
          .required(
              "network", Scalars.CIDR, HiddenExtensions::network, HiddenExtensions::withNetwork)
          .required(
              "extensions",
              ListShape.of(Scalars.EXTENSION),
              HiddenExtensions::extensions,
              HiddenExtensions::withExtensions);

  private static final RecordShape<ListenerConfig> LISTENER =
      RecordShape.of(ListenerConfig.DEFAULT)
          .required(
              "address",
              Scalars.HOST_PORT,
              ListenerConfig::address,
              setter(ListenerConfig.Builder::address))
          .key("name", Scalars.LABEL, ListenerConfig::name, setter(ListenerConfig.Builder::name))
          .key(
              "daemon-name",
              Scalars.TEXT,
              ListenerConfig::daemonName,
              setter(ListenerConfig.Builder::daemonName))
          .key("tls", TLS, ListenerConfig::tls, setter(ListenerConfig.Builder::tls))
          .key(
              "auth",
              ScalarShape.ofEnum(ListenerAuth.class),
              ListenerConfig::auth,
              setter(ListenerConfig.Builder::auth))
          .key(
              "sessions",
              Scalars.INT,
              ListenerConfig::maxSessions,
              setter(ListenerConfig.Builder::maxSessions))
          .key(
              "hide-extensions",
              ListShape.of(Scalars.EXTENSION),
              ListenerConfig::hideExtensions,
              setter(ListenerConfig.Builder::hideExtensions))
          .key(
              "hide-extensions-for",
              ListShape.of(HIDDEN),
              ListenerConfig::hideExtensionsFor,
              setter(ListenerConfig.Builder::hideExtensionsFor))
          .key(
              "proxy-protocol",
              ListShape.of(Scalars.CIDR),
              ListenerConfig::proxyProtocol,
              setter(ListenerConfig.Builder::proxyProtocol));

  static final ListShape<ListenerConfig> LISTENERS =
      ListShape.of(LISTENER)
          .differingIn(
              "address",
              listener ->
                  Optional.<Object>of(listener.address())
                      .filter(a -> listener.address().port() != 0));

  private ListenerSchema() {}

  private static <V> BiFunction<TlsServerConfig, V, TlsServerConfig> tls(
      BiConsumer<TlsServerConfig.Builder, V> set) {
    return (tls, value) -> tls.with(builder -> set.accept(builder, value));
  }

  private static <V> BiFunction<ListenerConfig, V, ListenerConfig> setter(
      BiConsumer<ListenerConfig.Builder, V> set) {
    return (listener, value) -> listener.with(builder -> set.accept(builder, value));
  }
}
