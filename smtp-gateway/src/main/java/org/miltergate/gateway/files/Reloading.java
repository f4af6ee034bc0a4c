package org.miltergate.gateway.files;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An object that is built from files, and rebuilt when they change.
 *
 * <p>The files are checked when the object is requested, at most once a second. While they are
 * invalid, or only some of those that belong together are new, the old object stays in use, and
 * each reason is logged once; every check tries again until they are valid.
 *
 * <p>Thread-safe.
 *
 * @param <T> immutable
 */
public final class Reloading<T> {
  /** Builds the object from the current files. */
  public interface Loader<T> {
    /**
     * Reads the files.
     *
     * @throws IOException if they are not valid; the message names the file
     */
    T load() throws IOException;
  }

  /**
   * The time, for the process and for files.
   *
   * @param nanoTime as {@link System#nanoTime}
   */
  record Clocks(LongSupplier nanoTime, InstantSource wall) {
    static final Clocks SYSTEM = new Clocks(System::nanoTime, InstantSource.system());
  }

  private static final Logger log = LoggerFactory.getLogger(Reloading.class);
  private static final long PAUSE_NANOS = Duration.ofSeconds(1).toNanos();

  /** A file that is written again this shortly after it was read may have the same time. */
  private static final Duration SETTLED = Duration.ofSeconds(2);

  /**
   * What shows that files have changed.
   *
   * @param settled whether every later change will be visible
   */
  private record Stamp(List<String> files, boolean settled) {
    private static final Stamp NONE = new Stamp(List.of(), false);

    boolean isOfSameFiles(Stamp other) {
      return files.equals(other.files);
    }
  }

  private final List<Path> files;
  private final Loader<T> loader;
  private final Clocks clocks;
  private final ReentrantLock looking = new ReentrantLock();
  private volatile T current;

  // All guarded by the lock.
  private long lookedAt;
  private Stamp used;
  private String told = "";

  private Reloading(List<Path> files, Loader<T> loader, Clocks clocks) throws IOException {
    this.files = List.copyOf(files);
    this.loader = loader;
    this.clocks = clocks;
    this.lookedAt = clocks.nanoTime().getAsLong();
    this.used = stamp();
    this.current = loader.load();
  }

  /**
   * Loads for the first time.
   *
   * @throws IOException as the loader
   */
  public static <T> Reloading<T> open(List<Path> files, Loader<T> loader) throws IOException {
    return open(files, loader, Clocks.SYSTEM);
  }

  static <T> Reloading<T> open(List<Path> files, Loader<T> loader, Clocks clocks)
      throws IOException {
    return new Reloading<>(files, loader, clocks);
  }

  /** Returns the object built from the last valid files. */
  public T current() {
    if (looking.tryLock()) { // other threads use the old object meanwhile
      try {
        look();
      } finally {
        looking.unlock();
      }
    }
    return current;
  }

  private void look() {
    long now = clocks.nanoTime().getAsLong();
    if (now - lookedAt < PAUSE_NANOS) {
      return;
    }
    lookedAt = now;
    Stamp stamp = stamp();
    boolean changed = !stamp.isOfSameFiles(used);
    if (!changed && used.settled()) {
      return;
    }
    used = Stamp.NONE; // until they are valid: an error need not change the files' times
    try {
      current = loader.load();
    } catch (IOException e) {
      tellOnce(String.valueOf(e.getMessage()));
      return;
    }
    used = stamp;
    told = "";
    if (changed) {
      log.info("files have changed and are in use: {}", files);
    }
  }

  private void tellOnce(String problem) {
    if (!problem.equals(told)) {
      told = problem;
      log.warn("files have changed, the old ones stay in use: {}", problem);
    }
  }

  private Stamp stamp() {
    boolean settled = true;
    List<String> stamps = new ArrayList<>();
    for (Path file : files) {
      try {
        BasicFileAttributes now = Files.readAttributes(file, BasicFileAttributes.class);
        Duration age =
            Duration.between(now.lastModifiedTime().toInstant(), clocks.wall().instant());
        settled &= age.abs().compareTo(SETTLED) > 0;
        // A file that replaces another may have the same size and time.
        stamps.add(
            String.format(
                Locale.ROOT, "%s %d %s", now.lastModifiedTime(), now.size(), now.fileKey()));
      } catch (IOException e) {
        stamps.add("not there");
      }
    }
    return new Stamp(stamps, settled);
  }
}
