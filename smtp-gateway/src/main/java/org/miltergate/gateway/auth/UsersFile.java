package org.miltergate.gateway.auth;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.miltergate.config.auth.PasswordHash;
import org.miltergate.gateway.files.Reloading;
import org.miltergate.milter.text.Utf8;

/**
 * A users file that is read again when it has changed, which is checked at logins.
 *
 * <p>Thread-safe.
 */
final class UsersFile implements PasswordHashes {
  /** Larger files are refused. */
  static final int MAX_BYTES = 16 * 1024 * 1024;

  private final Reloading<UserTable> table;

  private UsersFile(Reloading<UserTable> table) {
    this.table = table;
  }

  /**
   * Reads a file for the first time.
   *
   * @throws IOException if it cannot be read or is malformed; the message names file and line
   */
  static UsersFile open(Path path) throws IOException {
    return new UsersFile(Reloading.open(List.of(path), () -> read(path)));
  }

  @Override
  public Optional<PasswordHash> find(String name) {
    return table.current().find(name);
  }

  @Override
  public PasswordHash model(int choice) {
    return table.current().model(choice);
  }

  int size() {
    return table.current().size();
  }

  private static UserTable read(Path path) throws IOException {
    byte[] bytes;
    try (InputStream input = Files.newInputStream(path)) {
      bytes = input.readNBytes(MAX_BYTES + 1);
    } catch (NoSuchFileException e) {
      throw new IOException("users file " + path + " does not exist", e);
    } catch (IOException e) {
      throw new IOException("users file " + path + " cannot be read: " + e, e);
    }
    if (bytes.length > MAX_BYTES) {
      throw new IOException("users file " + path + " has more than " + MAX_BYTES + " bytes");
    }
    String text =
        Utf8.decode(bytes)
            .orElseThrow(() -> new IOException("users file " + path + " is not UTF-8"));
    return UserLines.parse("users file " + path, text);
  }
}
