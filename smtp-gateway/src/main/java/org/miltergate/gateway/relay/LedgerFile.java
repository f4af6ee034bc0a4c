package org.miltergate.gateway.relay;

import java.io.BufferedReader;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.miltergate.gateway.files.DurableFiles;
import org.miltergate.milter.bytes.Bytes;

/**
 * The file of {@link DeliveredLedger}: a log of changes, one a line, {@code +SECONDS DIGEST} or
 * {@code -SECONDS DIGEST}.
 *
 * <p>A line that a crash cut short is passed over. A lock beside it keeps other processes away.
 *
 * <p>Confined to one thread at a time.
 */
final class LedgerFile implements Closeable {
  private static final Pattern LINE = Pattern.compile("([+-])([0-9]{1,11}) ([0-9a-f]{64})");

  private final Path directory;
  private final Path file;
  private final FileChannel lock;
  private FileChannel log;
  private int lines;

  /** Whether the file may end within a line, which has to be ended before the next begins. */
  private boolean torn = true;

  private LedgerFile(Path directory, FileChannel lock, FileChannel log) {
    this.directory = directory;
    this.file = fileIn(directory);
    this.lock = lock;
    this.log = log;
  }

  /**
   * Opens the file, or begins one.
   *
   * @param directory made if missing
   * @throws IOException if it cannot be read or written, or is open elsewhere
   */
  static LedgerFile open(Path directory) throws IOException {
    DurableFiles.createDirectories(directory);
    FileChannel lock =
        FileChannel.open(
            directory.resolve("delivered.lock"),
            StandardOpenOption.CREATE,
            StandardOpenOption.WRITE);
    try {
      requireLock(lock, directory);
      Path file = fileIn(directory);
      if (!Files.exists(file)) {
        DurableFiles.write(file, out -> {});
        DurableFiles.syncDirectory(directory);
      }
      return new LedgerFile(directory, lock, FileChannel.open(file, StandardOpenOption.APPEND));
    } catch (IOException | RuntimeException e) {
      lock.close();
      throw e;
    }
  }

  private static Path fileIn(Path directory) {
    return directory.resolve("delivered.log");
  }

  private static void requireLock(FileChannel channel, Path directory) throws IOException {
    try {
      FileLock held = channel.tryLock();
      if (held == null) {
        throw new IOException("spool directory " + directory + " is in use by another process");
      }
    } catch (OverlappingFileLockException e) {
      throw new IOException("spool directory " + directory + " is already in use here", e);
    }
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
  void append(String changes) throws IOException {
    ByteBuffer text = Bytes.ofLatin1((torn ? "\n" : "") + changes).toBuffer();
    torn = true;
    while (text.hasRemaining()) {
      log.write(text);
    }
    log.force(true);
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
    FileChannel before = log;
    log = FileChannel.open(next, StandardOpenOption.APPEND);
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
