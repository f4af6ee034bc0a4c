package org.miltergate.gateway.relay.maildir;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.miltergate.config.nexthop.NextHopConfig;
import org.miltergate.gateway.files.Access;
import org.miltergate.gateway.files.DurableFiles;
import org.miltergate.gateway.files.Folders;
import org.miltergate.gateway.relay.Delivery;
import org.miltergate.gateway.relay.DeliveryKind;
import org.miltergate.gateway.relay.MailParameters;
import org.miltergate.gateway.relay.NextHop;
import org.miltergate.gateway.relay.NextHopException;
import org.miltergate.gateway.relay.NextHopException.Kind;
import org.miltergate.gateway.relay.OutboundMessage;
import org.miltergate.gateway.relay.delivery.Carrier;
import org.miltergate.gateway.relay.delivery.DeliveredLedger;
import org.miltergate.gateway.relay.delivery.Leg;
import org.miltergate.gateway.relay.delivery.MessageDelivery;
import org.miltergate.milter.bytes.Bytes;
import org.miltergate.milter.mail.Envelope;
import org.miltergate.milter.mail.Recipient;

/**
 * A next hop that keeps all messages in one Maildir, whoever the recipient.
 *
 * <p>Each message is one file, written and synced in {@code tmp}, renamed into {@code new}, and the
 * directory synced, before it counts as delivered. On top are a {@code Return-Path} field with the
 * sender and a {@code Delivered-To} field for each recipient, as Postfix adds; it adds {@code
 * X-Original-To} as well, but the address before rewriting is not known here. CRLF becomes LF, as
 * readers of Maildirs expect; all other bytes stay.
 *
 * @see <a href="https://cr.yp.to/proto/maildir.html">Using maildir format</a>
 */
public final class MaildirNextHop implements NextHop, Carrier {
  /** What the log names it by. */
  static final String NAME = "maildir";

  private static final List<String> NAMES = List.of("tmp", "new", "cur");

  private final Path directory;
  private final boolean create;
  private final Access access;
  private final Folders folders;
  private final String host;
  private final InstantSource clock;
  private final AtomicLong deliveries = new AtomicLong();

  private MaildirNextHop(
      NextHopConfig.Maildir config, String host, Folders folders, InstantSource clock) {
    this.directory = config.path();
    this.create = config.create();
    this.access = new Access(config.mode().files(), config.mode().folders(), config.group());
    this.folders = folders;
    this.host = host.replace("/", "\\057").replace(":", "\\072");
    this.clock = clock;
  }

  /**
   * Opens a Maildir; {@code tmp}, {@code new} and {@code cur} are created if missing, if the
   * settings allow that and no file system seems to be missing.
   *
   * @param hostName becomes part of the names of files
   * @param spool directory for what has to be remembered across restarts; created if missing
   * @throws IOException if a directory is missing and cannot be made or is not to be made, or
   *     cannot be opened for the group
   */
  public static MaildirNextHop open(NextHopConfig.Maildir config, String hostName, Path spool)
      throws IOException {
    return open(config, hostName, Folders.open(spool), InstantSource.system());
  }

  static MaildirNextHop open(
      NextHopConfig.Maildir config, String hostName, Folders folders, InstantSource clock)
      throws IOException {
    MaildirNextHop maildir = new MaildirNextHop(config, hostName, folders, clock);
    maildir.requireFolders();
    folders.make(config.path(), NAMES, maildir.access); // opens those that are there
    return maildir;
  }

  private void requireFolders() throws IOException {
    if (Folders.isThere(directory, NAMES)) {
      return;
    }
    if (!create) {
      throw new IOException(
          "maildir %s or one of %s in it is missing, and is not to be made (create: false)"
              .formatted(directory, NAMES));
    }
    folders.make(directory, NAMES, access);
  }

  @Override
  public Delivery begin(MailParameters mail, DeliveryKind kind) {
    return new MessageDelivery(mail, kind, recipient -> this, DeliveredLedger.inMemory());
  }

  @Override
  public Leg leg(MailParameters mail, DeliveryKind kind) {
    return new MaildirLeg(this);
  }

  /**
   * Writes a message where no reader looks for it.
   *
   * @throws NextHopException if it cannot be written; nothing is left of it then
   */
  Path write(OutboundMessage message) throws NextHopException {
    Path written = directory.resolve("tmp").resolve(uniqueName());
    try {
      requireFolders();
      DurableFiles.write(written, access, out -> writeTo(message, out));
      return written;
    } catch (IOException e) {
      DurableFiles.remove(written, e);
      throw failed(e);
    }
  }

  /**
   * Delivers what was written.
   *
   * @throws NextHopException if that fails; nothing is left of it then
   */
  void move(Path written) throws NextHopException {
    Path delivered = directory.resolve("new").resolve(written.getFileName());
    try {
      DurableFiles.rename(written, delivered);
      DurableFiles.syncDirectory(directory.resolve("new"));
    } catch (IOException e) {
      DurableFiles.remove(written, e);
      DurableFiles.remove(delivered, e);
      throw failed(e);
    }
  }

  private NextHopException failed(IOException e) {
    return new NextHopException(
        DurableFiles.isDiskFull(directory) ? Kind.DISK_FULL : Kind.LOCAL_PROBLEM,
        NAME,
        "cannot deliver to maildir " + directory + ": " + e,
        e);
  }

  private String uniqueName() {
    Instant now = clock.instant();
    return now.getEpochSecond()
        + ".M"
        + now.getNano() / 1000
        + "P"
        + ProcessHandle.current().pid()
        + "Q"
        + deliveries.incrementAndGet()
        + "."
        + host;
  }

  private static void writeTo(OutboundMessage message, OutputStream file) throws IOException {
    LfOutputStream out = new LfOutputStream(file);
    Envelope envelope = message.message().envelope();
    writeField(out, "Return-Path: <", envelope.sender().mailbox(), ">\r\n");
    for (Recipient recipient : envelope.recipients()) {
      writeField(out, "Delivered-To: ", recipient.mailbox(), "\r\n");
    }
    message.message().writeTo(out, message.received());
    out.finish();
  }

  private static void writeField(OutputStream out, String before, Bytes address, String after)
      throws IOException {
    Bytes.ofLatin1(before).writeTo(out);
    byte[] text = address.toArray();
    for (int i = 0; i < text.length; i++) {
      if (text[i] >= 0 && text[i] < ' ' || text[i] == 0x7f) {
        text[i] = '?'; // a line end would begin another field
      }
    }
    out.write(text);
    Bytes.ofLatin1(after).writeTo(out);
  }

  /** Holds nothing open. */
  @Override
  public void close() {}
}
