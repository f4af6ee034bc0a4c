package org.miltergate.gateway.spool;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import org.miltergate.gateway.files.DurableFiles;
import org.miltergate.milter.bytes.Bytes;
import org.miltergate.milter.mail.Envelope;
import org.miltergate.milter.mail.MailMessage;
import org.miltergate.milter.mail.Recipient;

/**
 * Keeps quarantined messages in a directory: {@code NAME.eml} and {@code NAME.json}.
 *
 * <p>{@code NAME.eml} has the bytes that the next hop would have got, with CRLF. {@code NAME.json}
 * contains sender, recipients, their arguments, reasons, client and time. It is written last: an
 * {@code .eml} without it was never acknowledged to a client. Names that end in {@code .tmp} are
 * incomplete files. Everything is readable only by its owner.
 *
 * <p>Thread-safe; several processes may share the directory.
 */
public final class QuarantineStore {
  private static final int MAX_NAME_LENGTH = 100;
  private static final int MAX_TRIES = 1000;
  private static final String UNFINISHED = ".tmp";

  private final Path directory;

  private QuarantineStore(Path directory) {
    this.directory = directory;
  }

  /**
   * Opens a directory, and creates it if missing.
   *
   * @throws IOException if it cannot be created or written to
   */
  public static QuarantineStore open(Path directory) throws IOException {
    DurableFiles.createDirectories(directory);
    if (!Files.isWritable(directory)) {
      throw new IOException("quarantine directory " + directory + " cannot be written to");
    }
    return new QuarantineStore(directory);
  }

  /**
   * Stores a message. When this returns, both files are on the disk.
   *
   * @param received our own Received field with its line end, or no bytes
   * @return NAME: the queue id, with a number after it if it is taken
   * @throws IOException if it could not be stored, such as on a full disk; then nothing is left
   */
  public String store(QuarantineRecord record, MailMessage message, Bytes received)
      throws IOException {
    String base = fileName(record.queueId());
    for (int i = 1; i <= MAX_TRIES; i++) {
      String name = i == 1 ? base : base + "-" + i;
      if (isTaken(name)) {
        continue;
      }
      Path unfinished = path(name, ".eml" + UNFINISHED);
      try {
        DurableFiles.write(unfinished, out -> message.writeTo(out, received));
      } catch (FileAlreadyExistsException e) {
        continue; // another message is about to use that name
      }
      // The name is reserved now; another message may have finished with it just before.
      if (isTaken(name)) {
        Files.delete(unfinished);
        continue;
      }
      commit(name, record, message);
      return name;
    }
    throw new IOException(
        String.format(Locale.ROOT, "%d messages already have the name '%s'", MAX_TRIES, base));
  }

  private boolean isTaken(String name) {
    return Files.exists(path(name, ".eml")) || Files.exists(path(name, ".json"));
  }

  private void commit(String name, QuarantineRecord record, MailMessage message)
      throws IOException {
    Path content = path(name, ".eml");
    Path facts = path(name, ".json");
    try {
      long length = Files.size(path(name, ".eml" + UNFINISHED));
      Bytes json = json(record, message, length);
      DurableFiles.write(path(name, ".json" + UNFINISHED), json::writeTo);
      DurableFiles.rename(path(name, ".eml" + UNFINISHED), content);
      DurableFiles.rename(path(name, ".json" + UNFINISHED), facts);
      DurableFiles.syncDirectory(directory);
    } catch (IOException | RuntimeException e) {
      for (Path file : List.of(facts, content)) {
        DurableFiles.remove(file, e);
        DurableFiles.remove(file.resolveSibling(file.getFileName() + UNFINISHED), e);
      }
      throw e;
    }
  }

  private Path path(String name, String suffix) {
    return directory.resolve(name + suffix);
  }

  private static String fileName(String queueId) {
    String safe = queueId.replaceAll("[^A-Za-z0-9_-]", "_");
    return safe.isEmpty() ? "_" : safe.substring(0, Math.min(safe.length(), MAX_NAME_LENGTH));
  }

  private static Bytes json(QuarantineRecord record, MailMessage message, long length) {
    Envelope envelope = message.envelope();
    return new JsonWriter()
        .member("queueId", record.queueId())
        .member("time", DateTimeFormatter.ISO_INSTANT.format(record.time()))
        .member("clientName", record.clientName())
        .member("clientAddress", record.clientAddress())
        .member("helo", record.helo())
        .member("sender", envelope.sender().mailbox())
        .member("senderArguments", envelope.sender().arguments())
        .members("recipients", envelope.recipients(), QuarantineStore::writeRecipient)
        .members("reasons", record.reasons(), QuarantineStore::writeReason)
        .member("bytes", length)
        .toBytes();
  }

  private static void writeRecipient(JsonWriter json, Recipient recipient) {
    json.member("address", recipient.mailbox()).member("arguments", recipient.arguments());
  }

  private static void writeReason(JsonWriter json, QuarantineRecord.Reason reason) {
    json.member("milter", reason.milter()).member("reason", reason.text());
  }
}
