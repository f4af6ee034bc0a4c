package org.miltergate.gateway.auth;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import org.miltergate.gateway.files.DurableFiles;
import org.miltergate.milter.bytes.Bytes;

/**
 * The secret from which salts for unknown users are derived. It is kept in a file: a salt that
 * changed at each start would reveal that there is no such user.
 */
final class DecoySecret {
  static final String FILE = "scram-secret";
  private static final int SECRET_BYTES = 32;

  private DecoySecret() {}

  /** Creates one that lasts as long as the process. */
  static Bytes random() {
    byte[] secret = new byte[SECRET_BYTES];
    new SecureRandom().nextBytes(secret);
    return Bytes.copyOf(secret);
  }

  /**
   * Reads the secret of a directory, or creates both.
   *
   * @throws IOException if it can be neither read nor written
   */
  static Bytes of(Path directory) throws IOException {
    Path file = directory.resolve(FILE);
    if (Files.exists(file)) {
      byte[] kept = Files.readAllBytes(file);
      if (kept.length == SECRET_BYTES) {
        return Bytes.copyOf(kept);
      }
    }
    DurableFiles.createDirectories(directory);
    Bytes secret = random();
    DurableFiles.replace(file, secret::writeTo);
    return secret;
  }
}
