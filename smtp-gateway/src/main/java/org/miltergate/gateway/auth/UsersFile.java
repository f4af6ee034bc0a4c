package org.miltergate.gateway.auth;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.miltergate.config.PasswordHash;
import org.miltergate.milter.bytes.Bytes;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A file of users that is read anew when it changes.
 *
 * <p>It is looked at when somebody logs in, at most once a second. While it cannot be read or is
 * malformed, the users that were read before stay. Thread-safe.
 */
final class UsersFile implements PasswordHashes {
  /** Larger files are refused. */
  static final int MAX_BYTES = 16 * 1024 * 1024;

  private static final long PAUSE_NANOS = Duration.ofSeconds(1).toNanos();

  /** A file written so shortly before it was read may be written again with the same time. */
  private static final long SETTLED_MILLIS = 2000;

  private static final Logger log = LoggerFactory.getLogger(UsersFile.class);

  /** What tells that a file has changed. */
  private record Stamp(long modifiedMillis, long size, @Nullable Object key) {
    static Stamp of(Path path) throws IOException {
      BasicFileAttributes attributes = Files.readAttributes(path, BasicFileAttributes.class);
      return new Stamp(
          attributes.lastModifiedTime().toMillis(), attributes.size(), attributes.fileKey());
    }

    boolean isSettled() {
      return System.currentTimeMillis() - modifiedMillis > SETTLED_MILLIS;
    }
  }

  private final Path path;
  private final LongSupplier nanoTime;
  private final ReentrantLock reading = new ReentrantLock();
  private volatile UserTable table = UserTable.EMPTY;
  private volatile long nextLook;
  private @Nullable Stamp seen; // with the lock
  private String told = ""; // with the lock

  private UsersFile(Path path, LongSupplier nanoTime) {
    this.path = path;
    this.nanoTime = nanoTime;
  }

  /**
   * Reads a file for the first time.
   *
   * @throws IOException if it cannot be read or is malformed; the message names file and line
   */
  static UsersFile open(Path path) throws IOException {
    return open(path, System::nanoTime);
  }

  static UsersFile open(Path path, LongSupplier nanoTime) throws IOException {
    UsersFile file = new UsersFile(path, nanoTime);
    file.read(Stamp.of(path));
    file.nextLook = nanoTime.getAsLong() + PAUSE_NANOS;
    return file;
  }

  @Override
  public Optional<PasswordHash> find(String name) {
    lookAgain();
    return table.find(name);
  }

  @Override
  public PasswordHash model(int choice) {
    return table.model(choice);
  }

  int size() {
    return table.size();
  }

  private void lookAgain() {
    long now = nanoTime.getAsLong();
    if (now - nextLook < 0 || !reading.tryLock()) {
      return; // who comes while another one reads takes the users that there were
    }
    try {
      nextLook = now + PAUSE_NANOS;
      Stamp stamp = Stamp.of(path);
      boolean changed = !stamp.equals(seen);
      if (changed || !stamp.isSettled()) {
        read(stamp);
        if (changed) {
          log.info("users file {} read: {} users", path, table.size());
        }
      }
      told = "";
    } catch (IOException e) {
      tellOnce(e);
    } finally {
      reading.unlock();
    }
  }

  private void tellOnce(IOException failure) {
    String problem =
        failure instanceof NoSuchFileException
            ? "users file " + path + " is gone"
            : String.valueOf(failure.getMessage());
    if (!Objects.equals(problem, told)) {
      told = problem;
      log.warn("warning: {}; the users that were read before stay", problem);
    }
  }

  private void read(Stamp stamp) throws IOException {
    seen = null; // until all is well, so that a broken file is looked at again
    if (stamp.size() > MAX_BYTES) {
      throw tooLarge();
    }
    byte[] bytes;
    try (InputStream input = Files.newInputStream(path)) {
      bytes = input.readNBytes(MAX_BYTES + 1);
    }
    if (bytes.length > MAX_BYTES) {
      throw tooLarge();
    }
    String text =
        Utf8.decode(Bytes.copyOf(bytes))
            .orElseThrow(() -> new IOException("users file " + path + " is not UTF-8"));
    table = UserLines.parse("users file " + path, text);
    seen = stamp;
  }

  private IOException tooLarge() {
    return new IOException("users file " + path + " has more than " + MAX_BYTES + " bytes");
  }
}
