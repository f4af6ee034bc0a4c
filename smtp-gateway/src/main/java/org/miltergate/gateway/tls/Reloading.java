package org.miltergate.gateway.tls;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What was made of files, and is made anew when they change.
 *
 * <p>Whoever asks for it looks at the files, at most once a second. If they are broken, or only
 * some of those that belong together are new, what there is stays in use, which is logged once.
 *
 * <p>Thread-safe.
 *
 * @param <T> immutable
 */
final class Reloading<T> {
  /** Makes the thing of the files as they are now. */
  interface Loader<T> {
    T load() throws IOException;
  }

  private static final Logger log = LoggerFactory.getLogger(Reloading.class);
  private static final long PAUSE_NANOS = Duration.ofSeconds(1).toNanos();

  private final List<Path> files;
  private final Loader<T> loader;
  private final LongSupplier nanoTime;
  private final ReentrantLock looking = new ReentrantLock();
  private volatile T current;

  // Both guarded by the lock.
  private long lookedAt;
  private List<String> seen;

  private Reloading(List<Path> files, Loader<T> loader, LongSupplier nanoTime) throws IOException {
    this.files = List.copyOf(files);
    this.loader = loader;
    this.nanoTime = nanoTime;
    this.lookedAt = nanoTime.getAsLong();
    this.seen = stamps();
    this.current = loader.load();
  }

  /**
   * Loads for the first time.
   *
   * @throws IOException as the loader
   */
  static <T> Reloading<T> open(List<Path> files, Loader<T> loader) throws IOException {
    return open(files, loader, System::nanoTime);
  }

  /**
   * @param nanoTime the clock, for tests
   */
  static <T> Reloading<T> open(List<Path> files, Loader<T> loader, LongSupplier nanoTime)
      throws IOException {
    return new Reloading<>(files, loader, nanoTime);
  }

  /** Returns what the files were when they were last looked at and in order. */
  T current() {
    if (looking.tryLock()) { // whoever comes meanwhile takes what there is
      try {
        look();
      } finally {
        looking.unlock();
      }
    }
    return current;
  }

  private void look() {
    long now = nanoTime.getAsLong();
    if (now - lookedAt < PAUSE_NANOS) {
      return;
    }
    lookedAt = now;
    List<String> stamps = stamps();
    if (stamps.equals(seen)) {
      return;
    }
    seen = stamps;
    try {
      current = loader.load();
      log.info("TLS files have changed and are in use: {}", files);
    } catch (IOException e) {
      log.warn("warning: TLS files have changed, the old ones stay in use: {}", e.getMessage());
    }
  }

  private List<String> stamps() {
    return files.stream().map(Reloading::stamp).toList();
  }

  /** A file that is put in place of another may be as long and as old as that. */
  private static String stamp(Path file) {
    try {
      BasicFileAttributes now = Files.readAttributes(file, BasicFileAttributes.class);
      return "%s %d %s".formatted(now.lastModifiedTime(), now.size(), now.fileKey());
    } catch (IOException e) {
      return "not there";
    }
  }
}
