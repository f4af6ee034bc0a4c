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
 * What was made of files, and is made anew when they change.
 *
 * <p>Whoever asks for it looks at the files, at most once a second. While they are broken, or only
 * some of those that belong together are new, what there is stays in use, and each reason is logged
 * once; they are tried at every look until they are in order.
 *
 * <p>Thread-safe.
 *
 * @param <T> immutable
 */
public final class Reloading<T> {
  /** Makes the thing of the files as they are now. */
  public interface Loader<T> {
    /**
     * @throws IOException if they are not in order; the message names the file
     */
    T load() throws IOException;
  }

  /**
   * The time, as the process and as files tell it.
   *
   * @param nanoTime as {@link System#nanoTime}
   */
  record Clocks(LongSupplier nanoTime, InstantSource wall) {
    static final Clocks SYSTEM = new Clocks(System::nanoTime, InstantSource.system());
  }

  private static final Logger log = LoggerFactory.getLogger(Reloading.class);
  private static final long PAUSE_NANOS = Duration.ofSeconds(1).toNanos();

  /** A file that is written again so shortly after it was read may have the same time again. */
  private static final Duration SETTLED = Duration.ofSeconds(2);

  /**
   * What tells that files have changed.
   *
   * @param settled whether every later change will show
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

  /** Returns what the files were when they were last looked at and in order. */
  public T current() {
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
    used = Stamp.NONE; // until all is well: what is wrong need not be in the files' times
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
        // A file that is put in place of another may be as long and as old as that.
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
