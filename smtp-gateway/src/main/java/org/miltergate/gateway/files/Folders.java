package org.miltergate.gateway.files;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes directories where they are missing, but not in the place of a file system that is not
 * mounted: what was written there would vanish under the mount.
 *
 * <p>For that, a file remembers on which device each directory was, one per line: {@code DEVICE
 * PATH}. One that is missing is made again on that device only.
 *
 * <p>Thread-safe.
 */
public final class Folders {
  private static final Logger LOG = LoggerFactory.getLogger(Folders.class);
  private static final Pattern LINE = Pattern.compile("(-?[0-9]{1,19}) (/.*)");

  /** Returns the device of a file. */
  @FunctionalInterface
  interface Devices {
    /**
     * Returns the number of the device.
     *
     * @throws UnsupportedOperationException where there are none
     */
    long of(Path existing) throws IOException;
  }

  private final Path memory;
  private final Devices devices;
  private final ReentrantLock lock = new ReentrantLock();

  // Guarded by lock.
  private final Map<Path, Long> known = new TreeMap<>();

  private Folders(Path memory, Devices devices) {
    this.memory = memory;
    this.devices = devices;
  }

  /**
   * Opens the memory.
   *
   * @param spool directory for it; created if missing
   * @throws IOException if it cannot be read
   */
  public static Folders open(Path spool) throws IOException {
    return open(spool, path -> ((Number) Files.getAttribute(path, "unix:dev")).longValue());
  }

  static Folders open(Path spool, Devices devices) throws IOException {
    DurableFiles.createDirectories(spool);
    Folders folders = new Folders(spool.resolve("devices"), devices);
    if (Files.exists(folders.memory)) {
      String text = new String(Files.readAllBytes(folders.memory), StandardCharsets.UTF_8);
      text.lines().map(LINE::matcher).filter(Matcher::matches).forEach(folders::read);
    }
    return folders;
  }

  private void read(Matcher line) {
    try {
      known.put(Path.of(line.group(2)), Long.parseLong(line.group(1)));
    } catch (InvalidPathException | NumberFormatException e) {
      LOG.atWarn().setCause(e).log("line of {} is skipped: {}", memory, line.group());
    }
  }

  /**
   * Creates a directory and others in it, as far as they are missing.
   *
   * @param names of those in it; may be none
   * @throws IOException if they cannot be made, or are not to be made as it seems that a file
   *     system is not mounted
   */
  public void make(Path directory, List<String> names, Access access) throws IOException {
    Path absolute = directory.toAbsolutePath().normalize();
    lock.lock();
    try {
      if (!isThere(absolute, names)) {
        requireMounted(absolute);
        DurableFiles.createDirectories(absolute, access);
        for (String name : names) {
          DurableFiles.createDirectories(absolute.resolve(name), access);
        }
      }
      remember(absolute);
    } finally {
      lock.unlock();
    }
    access.openDirectory(absolute);
    for (String name : names) {
      access.openDirectory(absolute.resolve(name));
    }
  }

  /** Returns whether a directory is there, and those in it. */
  public static boolean isThere(Path directory, List<String> names) {
    return Files.isDirectory(directory)
        && names.stream().allMatch(name -> Files.isDirectory(directory.resolve(name)));
  }

  private void requireMounted(Path directory) throws IOException {
    Long before = known.get(directory);
    if (before == null) {
      return;
    }
    Path there = directory;
    for (Path above = there.getParent();
        above != null && !Files.exists(there);
        above = there.getParent()) {
      there = above;
    }
    if (!Files.isDirectory(there)) {
      throw new NotDirectoryException(there.toString());
    }
    if (devices.of(there) != before) {
      throw new IOException(
          "directory %s or one in it is missing, and was on another file system before; mount that,"
                  .formatted(directory)
              + " or create the directory yourself");
    }
  }

  private void remember(Path directory) {
    try {
      long device = devices.of(directory);
      Long before = known.put(directory, device);
      if ((before == null || before != device) && directory.toString().indexOf('\n') < 0) {
        save();
      }
    } catch (IOException e) {
      LOG.atWarn()
          .setCause(e)
          .log("cannot record the device of {}: it will be created again on any device", directory);
    } catch (UnsupportedOperationException | IllegalArgumentException e) {
      // There are no devices here, nor mounts that could be missing.
      known.remove(directory);
    }
  }

  private void save() throws IOException {
    StringBuilder text = new StringBuilder();
    known.forEach((path, device) -> text.append(device).append(' ').append(path).append('\n'));
    byte[] content = text.toString().getBytes(StandardCharsets.UTF_8);
    DurableFiles.replace(memory, out -> out.write(content));
  }
}
