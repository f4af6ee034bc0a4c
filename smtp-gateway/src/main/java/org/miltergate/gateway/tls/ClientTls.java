package org.miltergate.gateway.tls;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;
import org.miltergate.config.tls.TlsVersion;
import org.miltergate.gateway.files.Reloading;
import org.miltergate.milter.text.DurationText;
import org.miltergate.net.ByteStream;
import org.miltergate.net.DeadlineException;
import org.miltergate.net.Watchdog;

/**
 * TLS with servers: which certificates to trust, and which to present.
 *
 * <p>Its files are read again when they change. Immutable otherwise, and thread-safe.
 */
public final class ClientTls {
  /** What is required of the server's certificate. */
  public enum Trust {
    /** Any certificate: protects against eavesdropping, not against a man in the middle. */
    ANY,
    /** It must be signed by a trusted CA and contain the server's name (RFC 6125). */
    VERIFIED
  }

  private final Trust trust;
  private final TlsVersion minimumVersion;
  private final String name;
  private final Reloading<TlsMaterial> material;

  private ClientTls(Builder builder) throws IOException {
    trust = builder.trust;
    minimumVersion = builder.minimumVersion;
    name = builder.name;
    material =
        TlsMaterial.open(
            Optional.ofNullable(builder.keys).stream().toList(),
            Optional.ofNullable(builder.ca),
            switch (builder.trust) {
              case ANY -> Authorities::lenient;
              case VERIFIED -> Authorities::strict;
            });
  }

  public static Builder builder(Trust trust) {
    return new Builder(trust);
  }

  /**
   * Negotiates on a plain connection; nothing may be unread on it.
   *
   * @param plain closed if this fails, and with what is returned
   * @param host the server's name or address, by which it was dialled; the name to be verified is
   *     this if no other was set
   * @param limit for the whole negotiation, above zero. What is read and written later has no limit
   * @return to be used in place of {@code plain}
   * @throws SocketTimeoutException if the limit passed first
   * @throws SSLException if the two sides cannot agree, or the server's certificate is not as
   *     wanted
   * @throws IOException if the connection broke
   */
  public TlsConnection connect(ByteStream plain, String host, Duration limit) throws IOException {
    TlsMaterial now = material.current();
    SSLEngine engine = now.context().createSSLEngine(name.isEmpty() ? host : name, -1);
    engine.setUseClientMode(true);
    SSLParameters parameters = engine.getSSLParameters();
    parameters.setProtocols(Protocols.from(minimumVersion));
    if (trust == Trust.VERIFIED) {
      parameters.setEndpointIdentificationAlgorithm("HTTPS");
    }
    engine.setSSLParameters(parameters);
    TlsConnection connection =
        new TlsConnection(plain, engine, session -> facts(session, now.authorities()));
    try (Watchdog.Watch watch = Watchdog.shared().watch(plain)) {
      watch.run(limit, connection::handshake);
    } catch (DeadlineException e) {
      plain.close();
      throw timeout(limit, e);
    } catch (IOException e) {
      plain.close();
      throw e;
    }
    return connection;
  }

  private static SocketTimeoutException timeout(Duration limit, IOException cause) {
    SocketTimeoutException timeout =
        new SocketTimeoutException("TLS handshake not completed within " + DurationText.of(limit));
    timeout.initCause(cause);
    return timeout;
  }

  private TlsFacts facts(SSLSession session, Authorities authorities) {
    X509Certificate[] chain = TlsFacts.chain(session);
    TlsFacts.Peer peer = TlsFacts.Peer.ANONYMOUS;
    if (chain.length > 0) {
      peer =
          switch (trust) {
            case VERIFIED -> TlsFacts.Peer.VERIFIED;
            case ANY ->
                authorities.vouchForServer(chain) ? TlsFacts.Peer.TRUSTED : TlsFacts.Peer.UNTRUSTED;
          };
    }
    return TlsFacts.of(session, peer);
  }

  /** Builds a {@link ClientTls}. */
  public static final class Builder {
    private final Trust trust;
    private TlsVersion minimumVersion = TlsVersion.TLS_1_2;
    private String name = "";
    private @Nullable KeyFiles keys;
    private @Nullable Path ca;

    private Builder(Trust trust) {
      this.trust = Objects.requireNonNull(trust, "trust");
    }

    /** Sets the trusted CAs, a PEM file; by default those of the JDK. */
    public Builder ca(Path file) {
      ca = Objects.requireNonNull(file, "file");
      return this;
    }

    /** Sets the name that the server's certificate must have; empty for the host's. */
    public Builder name(String value) {
      name = Objects.requireNonNull(value, "value");
      return this;
    }

    /** Sets the oldest version that is used; by default TLS 1.2. */
    public Builder minimumVersion(TlsVersion version) {
      minimumVersion = Objects.requireNonNull(version, "version");
      return this;
    }

    /** Sets the certificate for servers that ask for one; by default none. */
    public Builder certificate(KeyFiles files) {
      keys = Objects.requireNonNull(files, "files");
      return this;
    }

    /**
     * Reads the files.
     *
     * @throws KeyFileException if one cannot be read or parsed, or a key does not match its
     *     certificate
     */
    public ClientTls open() throws IOException {
      return new ClientTls(this);
    }
  }
}
