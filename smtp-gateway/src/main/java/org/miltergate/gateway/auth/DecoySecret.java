package org.miltergate.gateway.auth;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import org.miltergate.gateway.files.DurableFiles;
import org.miltergate.milter.bytes.Bytes;

/**
 * The secret of which salts for unknown users are made. It is kept in a file: a salt that changed
 * at each start would tell that there is no such user.
 */
final class DecoySecret {
  static final String FILE = "scram-secret";
  private static final int SECRET_BYTES = 32;

  private DecoySecret() {}

  /** Makes one that is forgotten with the process. */
  static Bytes random() {
    byte[] secret = new byte[SECRET_BYTES];
    new SecureRandom().nextBytes(secret);
    return Bytes.copyOf(secret);
  }

  /**
   * Reads the secret of a directory, or makes both.
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
