package org.miltergate.gateway.tls;

import java.io.IOException;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;
import org.miltergate.config.text.Secret;
import org.miltergate.config.tls.CertificateConfig;
import org.miltergate.config.tls.ClientCertificates;
import org.miltergate.config.tls.TlsServerConfig;
import org.miltergate.config.tls.TlsVersion;
import org.miltergate.gateway.files.Reloading;
import org.miltergate.net.ByteStream;

/**
 * TLS with clients: which certificates to present, and whether to ask for one.
 *
 * <p>Its files are read again when they change. Immutable otherwise, and thread-safe.
 */
public final class ServerTls {
  private final ClientCertificates clientCertificates;
  private final TlsVersion minimumVersion;
  private final Reloading<TlsMaterial> material;
  private final String[] cipherSuites;

  private ServerTls(Builder builder) throws IOException {
    clientCertificates = builder.clientCertificates;
    minimumVersion = builder.minimumVersion;
    material =
        TlsMaterial.open(builder.keys, Optional.ofNullable(builder.clientCa), Authorities::lenient);
    cipherSuites =
        CipherSuites.of(builder.ciphers, material.current().context()).toArray(String[]::new);
  }

  public static Builder builder(KeyFiles keys) {
    return new Builder(keys);
  }

  /**
   * Reads the files of a listener.
   *
   * @param config with a certificate
   * @throws KeyFileException if a file cannot be read or parsed, or the key does not match its
   *     certificate
   * @throws IOException if a cipher suite is unknown
   */
  public static ServerTls open(TlsServerConfig config) throws IOException {
    Builder builder =
        builder(files(config.certificate().orElseThrow(), config.key(), config.password()))
            .clientCertificates(config.clientCertificates())
            .minimumVersion(config.minimumVersion())
            .ciphers(config.ciphers());
    for (CertificateConfig more : config.moreCertificates()) {
      builder.moreKeys(files(more.certificate(), more.key(), more.password()));
    }
    config.clientCa().ifPresent(builder::clientCa);
    return builder.open();
  }

  private static KeyFiles files(Path certificate, Optional<Path> key, Secret password) {
    KeyFiles files = KeyFiles.of(certificate).withPassword(password.value());
    return key.map(files::withKey).orElse(files);
  }

  /**
   * Negotiates on a plain connection, within the time limits of that connection.
   *
   * @param plain closed with what is returned, and not if this fails
   * @return to be used in place of {@code plain}
   * @throws SSLException if the two sides cannot agree; the client has been sent an alert
   * @throws IOException if the connection broke or a limit passed
   */
  public TlsConnection accept(ByteStream plain) throws IOException {
    TlsMaterial now = material.current();
    SSLEngine engine = now.context().createSSLEngine();
    engine.setUseClientMode(false);
    SSLParameters parameters = engine.getSSLParameters();
    parameters.setProtocols(Protocols.from(minimumVersion));
    parameters.setUseCipherSuitesOrder(true);
    parameters.setCipherSuites(cipherSuites);
    parameters.setWantClientAuth(clientCertificates != ClientCertificates.NONE);
    engine.setSSLParameters(parameters);
    TlsConnection connection =
        new TlsConnection(plain, engine, session -> facts(session, now.authorities()));
    connection.handshake();
    return connection;
  }

  private static TlsFacts facts(SSLSession session, Authorities authorities) {
    X509Certificate[] chain = TlsFacts.chain(session);
    TlsFacts.Peer peer = TlsFacts.Peer.ANONYMOUS;
    if (chain.length > 0) {
      peer = authorities.vouchForClient(chain) ? TlsFacts.Peer.TRUSTED : TlsFacts.Peer.UNTRUSTED;
    }
    return TlsFacts.of(session, peer);
  }

  /** Returns whether clients are asked for a certificate. */
  public boolean asksForCertificate() {
    return clientCertificates != ClientCertificates.NONE;
  }

  /** Returns what is wrong with a client's certificate, in Postfix's words; empty if nothing. */
  public Optional<String> misses(TlsFacts facts) {
    if (clientCertificates != ClientCertificates.REQUIRE || facts.isPeerTrusted()) {
      return Optional.empty();
    }
    return Optional.of(
        facts.peer() == TlsFacts.Peer.ANONYMOUS
            ? "No client certificate presented"
            : "Client certificate not trusted");
  }

  /** Builds a {@link ServerTls}. */
  public static final class Builder {
    private final List<KeyFiles> keys = new ArrayList<>();
    private List<String> ciphers = List.of();
    private ClientCertificates clientCertificates = ClientCertificates.NONE;
    private TlsVersion minimumVersion = TlsVersion.TLS_1_2;
    private @Nullable Path clientCa;

    private Builder(KeyFiles keys) {
      this.keys.add(Objects.requireNonNull(keys, "keys"));
    }

    /**
     * Adds another certificate, for clients that do not support the first one's kind of key, or
     * that ask for another name.
     */
    public Builder moreKeys(KeyFiles files) {
      keys.add(Objects.requireNonNull(files, "files"));
      return this;
    }

    /** Sets the cipher suites, best first, as OpenSSL or IANA spell them; none for the JDK's. */
    public Builder ciphers(List<String> names) {
      ciphers = List.copyOf(names);
      return this;
    }

    /** Sets whether clients are asked for a certificate; by default not. */
    public Builder clientCertificates(ClientCertificates value) {
      clientCertificates = Objects.requireNonNull(value, "value");
      return this;
    }

    /**
     * Sets the CAs that must have signed clients' certificates, a PEM file; by default the JDK's.
     */
    public Builder clientCa(Path file) {
      clientCa = Objects.requireNonNull(file, "file");
      return this;
    }

    /** Sets the oldest version that is used; by default TLS 1.2. */
    public Builder minimumVersion(TlsVersion version) {
      minimumVersion = Objects.requireNonNull(version, "version");
      return this;
    }

    /**
     * Reads the files.
     *
     * @throws KeyFileException if one cannot be read or parsed, or the key does not match its
     *     certificate
     */
    public ServerTls open() throws IOException {
      return new ServerTls(this);
    }
  }
}
