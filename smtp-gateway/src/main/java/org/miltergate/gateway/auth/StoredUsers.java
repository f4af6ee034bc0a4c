package org.miltergate.gateway.auth;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.InvalidKeyException;
import java.security.NoSuchAlgorithmException;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.miltergate.config.auth.PasswordHash;
import org.miltergate.milter.bytes.Bytes;

/**
 * Users whose password hashes are stored.
 *
 * <p>An unknown user costs as much as a known one, and gets the same salt each time as long as the
 * secret of the hashes stays the same. Thread-safe.
 */
final class StoredUsers implements Users {
  /** For hashes without a secret of their own. */
  static final Bytes SECRET_OF_THE_PROCESS = DecoySecret.random();

  private final PasswordHashes hashes;
  private final HashGate gate;

  StoredUsers(PasswordHashes hashes) {
    this(hashes, HashGate.SHARED);
  }

  StoredUsers(PasswordHashes hashes, HashGate gate) {
    this.hashes = hashes;
    this.gate = gate;
  }

  @Override
  public boolean verify(String name, String password) throws IOException {
    Optional<PasswordHash> known = hashes.find(name);
    PasswordHash checked = known.orElseGet(() -> decoy(hashes, name));
    return gate.compute(() -> Passwords.matches(checked, password)) && known.isPresent();
  }

  @Override
  public Optional<PasswordHashes> hashes() {
    return Optional.of(hashes);
  }

  /** Returns the apparent hash of an unknown user: always the same, and it matches no password. */
  static PasswordHash decoy(PasswordHashes hashes, String name) {
    byte[] secret = hashes.decoySecret().toArray();
    byte[] hash = hash(secret, name);
    int choice = (hash[31] & 0x7f) << 16 | (hash[30] & 0xff) << 8 | hash[29] & 0xff;
    PasswordHash model = hashes.model(choice);
    byte[] salt = new byte[model.salt().length()];
    for (int at = 0, round = 0; at < salt.length; round++) {
      byte[] more = hash(secret, round + ":" + name);
      int length = Math.min(more.length, salt.length - at);
      System.arraycopy(more, 0, salt, at, length);
      at += length;
    }
    Bytes key = Bytes.copyOf(hash(secret, "key:" + name));
    return new PasswordHash(model.iterations(), Bytes.copyOf(salt), key, key);
  }

  private static byte[] hash(byte[] secret, String text) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(secret, "HmacSHA256"));
      return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException | InvalidKeyException e) {
      throw new IllegalStateException("every JDK has HmacSHA256", e);
    }
  }
}
