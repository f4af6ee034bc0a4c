package org.miltergate.gateway.tls;

import java.io.IOException;
import java.nio.file.Path;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.List;
import java.util.Optional;
import javax.crypto.Cipher;
import javax.crypto.EncryptedPrivateKeyInfo;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;

/** Finds the private key in a PEM file: PKCS#8, plain or encrypted, PKCS#1 (RSA) or SEC 1 (EC). */
final class PrivateKeys {
  /** The kind of a key is only known from its content; these are tried in order. */
  private static final List<String> ALGORITHMS = List.of("RSA", "EC", "EdDSA", "RSASSA-PSS");

  private static final String WANTED =
      "must contain a private key: PRIVATE KEY, ENCRYPTED PRIVATE KEY, RSA PRIVATE KEY or EC"
          + " PRIVATE KEY";

  private PrivateKeys() {}

  static PrivateKey read(PemFile pem, String password) throws KeyFileException {
    PemFile.Block block =
        pem.blocks().stream()
            .filter(PemFile.Block::isPrivateKey)
            .findFirst()
            .orElseThrow(() ->
                new KeyFileException(pem.path(), "contains " + pem.contents() + ", " + WANTED));
    if (block.encrypted()) {
      throw new KeyFileException(
          pem.path(),
          "%s is encrypted in OpenSSL's old format, must be PKCS#8: openssl pkcs8 -topk8"
              .formatted(block.label()));
    }
    byte[] content = block.content().toArray();
    try {
      return switch (block.label()) {
        case "PRIVATE KEY" -> ofPkcs8(pem.path(), content);
        case "RSA PRIVATE KEY" -> ofPkcs8(pem.path(), Der.pkcs8OfRsa(content));
        case "EC PRIVATE KEY" -> ofPkcs8(pem.path(), Der.pkcs8OfEc(content));
        case "ENCRYPTED PRIVATE KEY" ->
            ofPkcs8(pem.path(), decrypted(pem.path(), content, password));
        default ->
            throw new KeyFileException(pem.path(), "contains " + block.label() + ", " + WANTED);
      };
    } catch (IllegalArgumentException e) {
      throw new KeyFileException(pem.path(), block.label() + " " + e.getMessage(), e);
    }
  }

  private static PrivateKey ofPkcs8(Path path, byte[] der) throws KeyFileException {
    PKCS8EncodedKeySpec spec = new PKCS8EncodedKeySpec(der);
    for (String algorithm : ALGORITHMS) {
      Optional<PrivateKey> key = ofAlgorithm(path, algorithm, spec);
      if (key.isPresent()) {
        return key.get();
      }
    }
    throw new KeyFileException(
        path, "contains a private key that is not an RSA, EC or Ed25519 key");
  }

  /** Returns the key, or empty if it is of another algorithm. */
  private static Optional<PrivateKey> ofAlgorithm(
      Path path, String algorithm, PKCS8EncodedKeySpec spec) throws KeyFileException {
    try {
      return Optional.of(KeyFactory.getInstance(algorithm).generatePrivate(spec));
    } catch (InvalidKeySpecException e) {
      return Optional.empty();
    } catch (GeneralSecurityException e) {
      throw new KeyFileException(path, "cannot read keys of " + algorithm, e);
    }
  }

  private static byte[] decrypted(Path path, byte[] der, String password) throws KeyFileException {
    if (password.isEmpty()) {
      throw new KeyFileException(
          path, "contains an encrypted private key, but there is no password");
    }
    try {
      EncryptedPrivateKeyInfo info = new EncryptedPrivateKeyInfo(der);
      SecretKeyFactory factory = SecretKeyFactory.getInstance(algorithm(info));
      PBEKeySpec spec = new PBEKeySpec(password.toCharArray());
      Cipher cipher = Cipher.getInstance(algorithm(info));
      cipher.init(Cipher.DECRYPT_MODE, factory.generateSecret(spec), info.getAlgParameters());
      return info.getKeySpec(cipher).getEncoded();
    } catch (InvalidKeySpecException | InvalidKeyException e) {
      throw new KeyFileException(
          path, "private key cannot be decrypted: is the password right?", e);
    } catch (GeneralSecurityException | IOException e) {
      throw new KeyFileException(path, "private key cannot be decrypted: " + e.getMessage(), e);
    }
  }

  /** For PBES2 the algorithm is in the parameters, not in the name. */
  private static String algorithm(EncryptedPrivateKeyInfo info) {
    AlgorithmParameters parameters = info.getAlgParameters();
    boolean pbes2 =
        info.getAlgName().equals("PBES2") || info.getAlgName().equals("1.2.840.113549.1.5.13");
    return pbes2 && parameters != null ? parameters.toString() : info.getAlgName();
  }
}
