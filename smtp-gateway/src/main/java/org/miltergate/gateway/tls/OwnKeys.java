package org.miltergate.gateway.tls;

import java.net.Socket;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSession;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;

/**
 * Chooses which of our own certificates to present.
 *
 * <p>A server with several uses those with the name that the client asks for. If there are none, or
 * none with a kind of key that the client supports, it uses the first and others with other kinds
 * of keys for the same names. If the client supports none of these kinds either, it uses any. Among
 * those, TLS chooses by the kind of key, and the first of a kind is used.
 *
 * <p>A client presents its certificate even to a server that names other CAs, as OpenSSL clients
 * do. Thread-safe.
 */
final class OwnKeys extends X509ExtendedKeyManager {
  private final List<KeyMaterial> all;
  private final List<Set<String>> names;

  /**
   * @param all at least one; the first is the default
   */
  OwnKeys(List<KeyMaterial> all) {
    this.all = List.copyOf(all);
    this.names = all.stream().map(own -> ServerNames.of(own.certificate())).toList();
  }

  private String keyType(int own) {
    return all.get(own).key().getAlgorithm();
  }

  private @Nullable String first(int[] candidates, String... keyTypes) {
    for (int own : candidates) {
      if (List.of(keyTypes).contains(keyType(own))) {
        return Integer.toString(own);
      }
    }
    return null;
  }

  private int[] every() {
    return IntStream.range(0, all.size()).toArray();
  }

  private int[] candidates(@Nullable SSLSession handshake) {
    if (all.size() == 1 || !(handshake instanceof ExtendedSSLSession session)) {
      return every();
    }
    String asked = ServerNames.asked(session);
    List<String> known = List.of(session.getPeerSupportedSignatureAlgorithms());
    int[] usable = IntStream.range(0, all.size()).filter(own -> fits(own, known)).toArray();
    int[] named =
        IntStream.of(usable).filter(own -> ServerNames.match(names.get(own), asked)).toArray();
    if (named.length > 0) {
      return named;
    }
    int[] beside = IntStream.of(usable).filter(this::standsBesideTheFirst).toArray();
    return beside.length > 0 ? beside : every();
  }

  private boolean standsBesideTheFirst(int own) {
    return own == 0 || names.get(own).stream().anyMatch(names.getFirst()::contains);
  }

  private boolean fits(int own, List<String> algorithms) {
    String part =
        switch (keyType(own)) {
          case "EC" -> "ECDSA";
          case "EdDSA" -> "Ed";
          case "RSASSA-PSS" -> "PSS";
          default -> keyType(own);
        };
    // A client that names none, as only old ones do, is assumed to support all.
    return algorithms.isEmpty() || algorithms.stream().anyMatch(name -> name.contains(part));
  }

  @Override
  public @Nullable String chooseEngineServerAlias(
      String keyType, Principal @Nullable [] issuers, SSLEngine engine) {
    return first(candidates(engine.getHandshakeSession()), keyType);
  }

  @Override
  public @Nullable String chooseEngineClientAlias(
      String[] keyTypes, Principal @Nullable [] issuers, SSLEngine engine) {
    return first(every(), keyTypes);
  }

  @Override
  public @Nullable String chooseServerAlias(
      String keyType, Principal @Nullable [] issuers, Socket socket) {
    return first(every(), keyType);
  }

  @Override
  public @Nullable String chooseClientAlias(
      String[] keyTypes, Principal @Nullable [] issuers, Socket socket) {
    return first(every(), keyTypes);
  }

  @Override
  public String @Nullable [] getServerAliases(String keyType, Principal @Nullable [] issuers) {
    return aliases(keyType);
  }

  @Override
  public String @Nullable [] getClientAliases(String keyType, Principal @Nullable [] issuers) {
    return aliases(keyType);
  }

  private String @Nullable [] aliases(String keyType) {
    String[] found =
        IntStream.of(every())
            .filter(own -> keyType.equals(keyType(own)))
            .mapToObj(Integer::toString)
            .toArray(String[]::new);
    return found.length == 0 ? null : found;
  }

  @Override
  public X509Certificate[] getCertificateChain(String alias) {
    return all.get(Integer.parseInt(alias)).chain().toArray(new X509Certificate[0]);
  }

  @Override
  public PrivateKey getPrivateKey(String alias) {
    return all.get(Integer.parseInt(alias)).key();
  }
}
