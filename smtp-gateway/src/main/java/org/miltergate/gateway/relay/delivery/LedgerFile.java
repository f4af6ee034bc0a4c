package org.miltergate.gateway.relay.delivery;

import java.io.BufferedReader;
import java.io.Closeable;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.miltergate.gateway.files.DirectoryLock;
import org.miltergate.gateway.files.DurableFiles;
import org.miltergate.gateway.files.NotStoredException;
import org.miltergate.milter.bytes.Bytes;

/**
 * The file of {@link DeliveredLedger}: a log of changes, one per line, {@code +SECONDS DIGEST} or
 * {@code -SECONDS DIGEST}.
 *
 * <p>A line that a crash or a full disk cut short is skipped. A lock beside it keeps other
 * processes away. It is written by a stream and not by a channel, which the interrupt of one thread
 * would close for all.
 *
 * <p>Not thread-safe; use from one thread at a time.
 */
final class LedgerFile implements Closeable {
  /** Opens a file so that what is written goes to its end. */
  @FunctionalInterface
  interface Opener {
    FileOutputStream append(Path file) throws IOException;
  }

  private static final Pattern LINE = Pattern.compile("([+-])([0-9]{1,11}) ([0-9a-f]{64})");

  private final Opener opener;
  private final Path directory;
  private final Path file;
  private final DirectoryLock lock;
  private FileOutputStream log;
  private int lines;

  /** Whether the file may end within a line, which has to be ended before the next begins. */
  private boolean torn = true;

  private LedgerFile(Opener opener, Path directory, DirectoryLock lock, FileOutputStream log) {
    this.opener = opener;
    this.directory = directory;
    this.file = fileIn(directory);
    this.lock = lock;
    this.log = log;
  }

  /**
   * Opens the file, or begins one.
   *
   * @param directory created if missing
   * @throws IOException if it cannot be read or written, or is open elsewhere
   */
  static LedgerFile open(Path directory) throws IOException {
    return open(directory, file -> new FileOutputStream(file.toFile(), true));
  }

  static LedgerFile open(Path directory, Opener opener) throws IOException {
    DurableFiles.createDirectories(directory);
    DirectoryLock lock = DirectoryLock.lock(directory, "delivered.lock");
    try {
      Path file = fileIn(directory);
      if (!Files.exists(file)) {
        DurableFiles.write(file, out -> {});
        DurableFiles.syncDirectory(directory);
      }
      return new LedgerFile(opener, directory, lock, opener.append(file));
    } catch (IOException | RuntimeException e) {
      lock.close();
      throw e;
    }
  }

  private static Path fileIn(Path directory) {
    return directory.resolve("delivered.log");
  }

  /** Reads all changes and returns what they leave, the oldest first. */
  Map<String, Instant> read() throws IOException {
    Map<String, Instant> entries = new LinkedHashMap<>();
    try (BufferedReader reader = Files.newBufferedReader(file, StandardCharsets.ISO_8859_1)) {
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        Matcher matcher = LINE.matcher(line);
        if (matcher.matches()) {
          lines++;
          entries.remove(matcher.group(3));
          if (matcher.group(1).equals("+")) {
            Instant since = Instant.ofEpochSecond(Long.parseLong(matcher.group(2)));
            entries.put(matcher.group(3), since);
          }
        }
      }
    }
    return entries;
  }

  /** Returns how many changes the file holds. */
  int lines() {
    return lines;
  }

  static String added(String digest, Instant time) {
    return "+" + time.getEpochSecond() + " " + digest + "\n";
  }

  static String removed(String digest, Instant time) {
    return "-" + time.getEpochSecond() + " " + digest + "\n";
  }

  /** Appends changes; they are on the disk afterwards. */
  void append(String changes) throws NotStoredException {
    Bytes text = Bytes.ofLatin1((torn ? "\n" : "") + changes);
    torn = true;
    try {
      text.writeTo(log);
      log.getFD().sync();
    } catch (IOException e) {
      throw new NotStoredException("ledger of deliveries", e);
    }
    torn = false;
    lines += (int) changes.lines().count();
  }

  /** Replaces the file by one with these entries. If that fails, the old one stays in use. */
  void rewrite(Map<String, Instant> entries) throws IOException {
    StringBuilder text = new StringBuilder();
    entries.forEach((digest, since) -> text.append(added(digest, since)));
    Path next = directory.resolve("delivered.new");
    Files.deleteIfExists(next);
    DurableFiles.write(next, out -> Bytes.ofLatin1(text.toString()).writeTo(out));
    FileOutputStream before = log;
    log = opener.append(next);
    try {
      DurableFiles.rename(next, file);
    } catch (IOException e) {
      log.close();
      log = before;
      throw e;
    }
    before.close();
    lines = entries.size();
    torn = false;
    DurableFiles.syncDirectory(directory);
  }

  @Override
  public void close() throws IOException {
    try {
      log.close();
    } finally {
      lock.close();
    }
  }
}
