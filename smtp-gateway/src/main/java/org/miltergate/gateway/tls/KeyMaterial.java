package org.miltergate.gateway.tls;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.interfaces.RSAKey;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;

/**
 * A private key and its matching certificates.
 *
 * @param chain the certificate of the key first
 */
record KeyMaterial(PrivateKey key, List<X509Certificate> chain) {
  KeyMaterial {
    chain = List.copyOf(chain);
  }

  /**
   * Reads key and certificates.
   *
   * @throws KeyFileException if a file cannot be read or parsed, or the key does not match its
   *     certificate
   */
  static KeyMaterial load(KeyFiles files) throws KeyFileException {
    KeyMaterial material = files.isPkcs12() ? ofPkcs12(files) : ofPem(files);
    material.requirePair(files);
    return material;
  }

  private static KeyMaterial ofPem(KeyFiles files) throws KeyFileException {
    PemFile certificates = PemFile.read(files.certificate());
    PemFile keys =
        files.key().equals(files.certificate()) ? certificates : PemFile.read(files.key());
    return new KeyMaterial(PrivateKeys.read(keys, files.password()), certificates(certificates));
  }

  /**
   * Reads all certificates of a PEM file.
   *
   * @throws KeyFileException also if there is none
   */
  static List<X509Certificate> certificates(PemFile pem) throws KeyFileException {
    List<X509Certificate> certificates = new ArrayList<>();
    for (PemFile.Block block : pem.certificates()) {
      try (InputStream content = new ByteArrayInputStream(block.content().toArray())) {
        CertificateFactory factory = CertificateFactory.getInstance("X.509");
        certificates.add((X509Certificate) factory.generateCertificate(content));
      } catch (CertificateException | IOException e) {
        throw new KeyFileException(
            pem.path(),
            String.format(
                Locale.ROOT,
                "certificate %d is malformed: %s",
                certificates.size() + 1,
                e.getMessage()),
            e);
      }
    }
    if (certificates.isEmpty()) {
      throw new KeyFileException(
          pem.path(), "contains " + pem.contents() + ", must contain a CERTIFICATE");
    }
    return certificates;
  }

  private static KeyMaterial ofPkcs12(KeyFiles files) throws KeyFileException {
    Path path = files.certificate();
    char[] password = files.password().toCharArray();
    try {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(new ByteArrayInputStream(PemFile.bytes(path)), password);
      for (String alias : Collections.list(store.aliases())) {
        Key key = store.getKey(alias, password);
        Certificate[] chain = store.getCertificateChain(alias);
        if (key instanceof PrivateKey found && chain != null) {
          return new KeyMaterial(
              found, Arrays.stream(chain).map(X509Certificate.class::cast).toList());
        }
      }
    } catch (KeyFileException e) {
      throw e;
    } catch (GeneralSecurityException | IOException e) {
      boolean wrongPassword = e.getCause() instanceof GeneralSecurityException;
      throw new KeyFileException(
          path,
          wrongPassword
              ? "PKCS#12 cannot be decrypted: is the password right?"
              : "is not PKCS#12: " + e.getMessage(),
          e);
    }
    throw new KeyFileException(path, "contains no private key with a certificate");
  }

  X509Certificate certificate() {
    return chain.getFirst();
  }

  private void requirePair(KeyFiles files) throws KeyFileException {
    PublicKey expected = certificate().getPublicKey();
    if (!isPair(key, expected)) {
      throw new KeyFileException(
          files.key(),
          "private key (%s) does not match the first certificate of %s (%s, subject %s)"
              .formatted(
                  key.getAlgorithm(),
                  files.certificate(),
                  expected.getAlgorithm(),
                  certificate().getSubjectX500Principal()));
    }
  }

  private static boolean isPair(PrivateKey key, PublicKey certified) {
    if (key instanceof RSAKey rsa) {
      return certified instanceof RSAKey other && rsa.getModulus().equals(other.getModulus());
    }
    String algorithm = key.getAlgorithm().equals("EC") ? "SHA256withECDSA" : "EdDSA";
    try {
      Signature signature = Signature.getInstance(algorithm);
      signature.initSign(key);
      signature.update((byte) 1);
      byte[] signed = signature.sign();
      signature.initVerify(certified);
      signature.update((byte) 1);
      return signature.verify(signed);
    } catch (GeneralSecurityException e) {
      return false; // of another kind
    }
  }
}
