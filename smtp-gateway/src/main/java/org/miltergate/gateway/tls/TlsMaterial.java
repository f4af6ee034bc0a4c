package org.miltergate.gateway.tls;

import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.miltergate.gateway.files.Reloading;

/** The parts of one side of TLS that come from files: its own certificates, and the trusted CAs. */
record TlsMaterial(SSLContext context, Authorities authorities) {
  /**
   * Reads the files, and from now on again when they change.
   *
   * @param keys of our own certificates, the first being the default; empty for none
   * @param ca PEM file; empty for the authorities of the JDK
   * @param trust which certificates are allowed in the handshake
   * @throws KeyFileException if a file cannot be read or parsed, or a key does not match its
   *     certificate
   */
  static Reloading<TlsMaterial> open(
      List<KeyFiles> keys, Optional<Path> ca, Function<Authorities, X509ExtendedTrustManager> trust)
      throws IOException {
    List<Path> files = new ArrayList<>();
    keys.forEach(own -> files.addAll(List.of(own.certificate(), own.key())));
    ca.ifPresent(files::add);
    return Reloading.open(files, () -> load(keys, ca, trust));
  }

  private static TlsMaterial load(
      List<KeyFiles> keys, Optional<Path> ca, Function<Authorities, X509ExtendedTrustManager> trust)
      throws IOException {
    Authorities authorities = ca.isPresent() ? Authorities.of(ca.get()) : Authorities.ofJdk();
    List<KeyMaterial> materials = new ArrayList<>();
    for (KeyFiles files : keys) {
      materials.add(KeyMaterial.load(files));
    }
    KeyManager[] own =
        materials.isEmpty() ? new KeyManager[0] : new KeyManager[] {new OwnKeys(materials)};
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(own, new TrustManager[] {trust.apply(authorities)}, null);
      return new TlsMaterial(context, authorities);
    } catch (GeneralSecurityException e) {
      throw new IOException("the JDK cannot do TLS: " + e.getMessage(), e);
    }
  }
}
