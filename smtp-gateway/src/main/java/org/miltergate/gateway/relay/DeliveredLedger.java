package org.miltergate.gateway.relay;

import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import org.miltergate.milter.bytes.Bytes;
import org.miltergate.milter.mail.Recipient;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Remembers, across restarts, which recipients have a message that others of its recipients have
 * not got yet, so that the client's next try does not deliver it to them again; and of which
 * refused recipients the sender was told while the others have not got the message, so that it is
 * not told again.
 *
 * <p>The first happens only where one message needs several transactions, and one of them fails
 * after another has succeeded, or where the next hop has a reply for each recipient. An entry is a
 * SHA-256 over {@link OutboundMessage#identity} and the recipient. It is on the disk when {@link
 * #add} returns, which is before the next transaction is completed and long before the client gets
 * its reply. It goes when the message has reached everybody, or was refused for good, else after 7
 * days; of more than 100,000 entries the oldest go.
 *
 * <p>A recipient gets the message twice all the same if its entry has gone while the client still
 * tries, if the process dies between the next hop's reply and the sync, or if the disk takes no
 * entry (which is logged as an error).
 *
 * <p>Thread-safe.
 */
final class DeliveredLedger implements Closeable {
  private static final Logger LOG = LoggerFactory.getLogger(DeliveredLedger.class);

  /** What is settled about a recipient. */
  enum Settled {
    /** It has the message. */
    DELIVERED,
    /** It was refused, and the sender told so. */
    SENDER_TOLD
  }

  static final Duration KEPT = Duration.ofDays(7);
  static final int MAX_ENTRIES = 100_000;

  /** So many changes that cancel each other out stay in the file before it is written anew. */
  static final int MAX_IDLE_LINES = 1000;

  private final InstantSource clock;
  private final ReentrantLock lock = new ReentrantLock();

  // Guarded by lock; the oldest entry is first.
  private final LedgerFile file;
  private final Map<String, Instant> entries;

  private DeliveredLedger(LedgerFile file, InstantSource clock) throws IOException {
    this.file = file;
    this.clock = clock;
    this.entries = file.read();
  }

  /**
   * Opens the ledger, or begins one.
   *
   * @param directory made if missing
   * @throws IOException if it cannot be read or written, or is open elsewhere
   */
  static DeliveredLedger open(Path directory, InstantSource clock) throws IOException {
    LedgerFile file = LedgerFile.open(directory);
    try {
      return new DeliveredLedger(file, clock);
    } catch (IOException e) {
      file.close();
      throw e;
    }
  }

  /**
   * Returns the recipients that an earlier try has settled.
   *
   * @throws IOException if the message cannot be identified
   */
  Map<Recipient, Settled> settled(OutboundMessage message) throws IOException {
    Map<Recipient, Settled> settled = new LinkedHashMap<>();
    if (size() == 0) {
      return settled;
    }
    List<Recipient> recipients = message.message().envelope().recipients();
    List<List<String>> keys = new ArrayList<>();
    for (Settled how : Settled.values()) {
      keys.add(keys(message, recipients, how));
    }
    lock.lock();
    try {
      dropOld();
      for (Settled how : Settled.values()) {
        for (int i = 0; i < recipients.size(); i++) {
          if (entries.containsKey(keys.get(how.ordinal()).get(i))) {
            settled.putIfAbsent(recipients.get(i), how);
          }
        }
      }
    } finally {
      lock.unlock();
    }
    return settled;
  }

  /**
   * Returns the recipients that no earlier try has settled, in order.
   *
   * @throws IOException if the message cannot be identified
   */
  List<Recipient> missing(OutboundMessage message) throws IOException {
    Map<Recipient, Settled> settled = settled(message);
    return message.message().envelope().recipients().stream()
        .filter(recipient -> !settled.containsKey(recipient))
        .toList();
  }

  /**
   * Finds out whether {@link #add} will be able to tell the message from others.
   *
   * @throws IOException if the message cannot be identified
   */
  void prepare(OutboundMessage message) throws IOException {
    identity(message);
  }

  /**
   * Remembers that these have got the message; it is on the disk afterwards.
   *
   * @throws IOException if it is not, or the message cannot be identified
   */
  void add(OutboundMessage message, Collection<Recipient> recipients) throws IOException {
    add(keys(message, recipients, Settled.DELIVERED));
  }

  /**
   * Remembers that the sender was told that these were refused; it is on the disk afterwards.
   *
   * @throws IOException if it is not, or the message cannot be identified
   */
  void addTold(OutboundMessage message, Collection<Recipient> recipients) throws IOException {
    add(keys(message, recipients, Settled.SENDER_TOLD));
  }

  private void add(List<String> keys) throws IOException {
    lock.lock();
    try {
      Instant now = clock.instant();
      StringBuilder changes = new StringBuilder();
      for (String key : keys) {
        entries.remove(key);
        entries.put(key, now);
        changes.append(LedgerFile.added(key, now));
      }
      file.append(changes.toString());
      tidy();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Forgets a message that no retry is to be expected of.
   *
   * @throws IOException if that is not on the disk; it is forgotten until the next start
   */
  void remove(OutboundMessage message) throws IOException {
    if (size() == 0) {
      return;
    }
    List<String> keys = new ArrayList<>();
    for (Settled how : Settled.values()) {
      keys.addAll(keys(message, message.message().envelope().recipients(), how));
    }
    lock.lock();
    try {
      Instant now = clock.instant();
      StringBuilder changes = new StringBuilder();
      for (String key : keys) {
        if (entries.remove(key) != null) {
          changes.append(LedgerFile.removed(key, now));
        }
      }
      if (!changes.isEmpty()) {
        file.append(changes.toString());
        tidy();
      }
    } finally {
      lock.unlock();
    }
  }

  int size() {
    lock.lock();
    try {
      return entries.size();
    } finally {
      lock.unlock();
    }
  }

  private void tidy() {
    dropOld();
    if (file.lines() > 2 * entries.size() + MAX_IDLE_LINES) {
      try {
        file.rewrite(entries);
      } catch (IOException e) {
        // The long file tells the same as the short one would; the next change tries again.
        LOG.atWarn().setCause(e).log("ledger of deliveries could not be written anew");
      }
    }
  }

  private void dropOld() {
    Instant oldest = clock.instant().minus(KEPT);
    Iterator<Instant> times = entries.values().iterator();
    while (times.hasNext()) {
      if (!times.next().isBefore(oldest) && entries.size() <= MAX_ENTRIES) {
        return;
      }
      times.remove();
    }
  }

  /** Called without the lock: to identify a large message takes time. */
  private static List<String> keys(
      OutboundMessage message, Collection<Recipient> recipients, Settled how) throws IOException {
    Bytes identity = identity(message);
    Bytes word = Bytes.ofLatin1(how.name());
    return recipients.stream().map(r -> key(word, r.mailbox(), identity)).toList();
  }

  private static Bytes identity(OutboundMessage message) throws IOException {
    try {
      return message.identity().get();
    } catch (UncheckedIOException e) {
      throw new IOException("message cannot be identified: " + e.getMessage(), e);
    }
  }

  private static String key(Bytes... parts) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      for (Bytes part : parts) {
        // With its length in front, no part can look like the end of another.
        digest.update((part.length() + ":").getBytes(StandardCharsets.US_ASCII));
        digest.update(part.toBuffer());
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  @Override
  public void close() throws IOException {
    lock.lock();
    try {
      file.close();
    } finally {
      lock.unlock();
    }
  }
}
