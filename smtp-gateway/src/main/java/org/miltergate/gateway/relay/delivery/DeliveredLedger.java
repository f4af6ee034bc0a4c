package org.miltergate.gateway.relay.delivery;

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
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.miltergate.gateway.files.NotStoredException;
import org.miltergate.gateway.relay.OutboundMessage;
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
 * Notes#delivered} returns, which is before the next transaction is completed and long before the
 * client gets its reply.
 *
 * <p>An entry must never keep a new message from a recipient. So it answers for one retry only:
 *
 * <ul>
 *   <li>There is none for a message without {@link OutboundMessage#identity}.
 *   <li>It counts from the end of the delivery that made it, which is when the client is told to
 *       try again; a session beside it does not see it.
 *   <li>A delivery that finds it takes it: no other sees it meanwhile.
 *   <li>It goes when that delivery has reached everybody, or was refused permanently.
 *   <li>It goes 8 hours after the last try; of more than 100,000 entries the oldest go.
 * </ul>
 *
 * <p>A recipient gets the message twice if its entry has gone while the client still tries, if the
 * message has no identity, if two sessions deliver it at the same time, if the process dies between
 * the next hop's reply and the sync, or if the disk takes no entry (which is logged as an error).
 *
 * <p>Thread-safe.
 */
public final class DeliveredLedger implements Closeable {
  private static final Logger LOG = LoggerFactory.getLogger(DeliveredLedger.class);

  /** What is settled about a recipient. */
  enum Settled {
    /** It has the message. */
    DELIVERED,
    /** It was refused, and the sender told so. */
    SENDER_TOLD
  }

  /** Longer than the longest pause between two tries of a common MTA, which is Exim's 6 hours. */
  static final Duration KEPT = Duration.ofHours(8);

  static final int MAX_ENTRIES = 100_000;

  /** So many changes that cancel each other out stay in the file before it is written again. */
  static final int MAX_IDLE_LINES = 1000;

  /**
   * One entry.
   *
   * @param owner the delivery that made it or found it, as long as that lasts
   */
  private record Entry(Instant since, @Nullable Notes owner) {}

  private final InstantSource clock;
  private final ReentrantLock lock = new ReentrantLock();

  // Guarded by lock; the oldest entry is first.
  private final @Nullable LedgerFile file;
  private final Map<String, Entry> entries = new LinkedHashMap<>();

  private DeliveredLedger(@Nullable LedgerFile file, InstantSource clock) throws IOException {
    this.file = file;
    this.clock = clock;
    Instant now = clock.instant();
    // Times of a clock that was wrong must not keep an entry for ever.
    if (file != null) {
      file.read()
          .forEach(
              (key, since) -> entries.put(key, new Entry(since.isAfter(now) ? now : since, null)));
    }
  }

  /**
   * Opens the ledger, or begins one.
   *
   * @param directory created if missing
   * @throws IOException if it cannot be read or written, or is open elsewhere
   */
  public static DeliveredLedger open(Path directory, InstantSource clock) throws IOException {
    return open(LedgerFile.open(directory), clock);
  }

  static DeliveredLedger open(LedgerFile file, InstantSource clock) throws IOException {
    try {
      return new DeliveredLedger(file, clock);
    } catch (IOException e) {
      file.close();
      throw e;
    }
  }

  /**
   * Creates a ledger that forgets everything at a restart, for a next hop that has every message
   * for all recipients or for none.
   */
  public static DeliveredLedger inMemory() {
    try {
      return new DeliveredLedger(null, InstantSource.system());
    } catch (IOException e) {
      throw new IllegalStateException("no file is read", e);
    }
  }

  /** Begins the notes of one delivery; they are to be closed. */
  Notes notes(OutboundMessage message) {
    return new Notes(message);
  }

  /**
   * What one delivery finds in the ledger, and what it leaves there.
   *
   * <p>Not thread-safe; used by the delivery's thread.
   */
  final class Notes implements AutoCloseable {
    private final OutboundMessage message;

    @SuppressWarnings("NullableOptional") // null until it is first asked for
    private @Nullable Optional<Bytes> identity;

    /** Entries that this delivery has taken or made. */
    private final List<String> owned = new ArrayList<>();

    private boolean found;

    private Notes(OutboundMessage message) {
      this.message = message;
    }

    /**
     * Returns the recipients that an earlier try has settled, and takes their entries.
     *
     * @throws IOException if the message cannot be identified
     */
    Map<Recipient, Settled> settled() throws IOException {
      Map<Recipient, Settled> settled = new LinkedHashMap<>();
      if (size() == 0) {
        return settled;
      }
      List<Recipient> recipients = message.message().envelope().recipients();
      for (Settled how : Settled.values()) {
        List<String> keys = keys(recipients, how);
        lock.lock();
        try {
          dropOld();
          for (int i = 0; i < keys.size(); i++) {
            if (take(keys.get(i))) {
              settled.putIfAbsent(recipients.get(i), how);
            }
          }
        } finally {
          lock.unlock();
        }
      }
      return settled;
    }

    private boolean take(String key) {
      Entry entry = entries.get(key);
      if (entry == null || entry.owner() != null && entry.owner() != this) {
        return false;
      }
      if (entry.owner() == null) {
        entries.replace(key, new Entry(entry.since(), this));
        owned.add(key);
        found = true;
      }
      return true;
    }

    /**
     * Finds out whether {@link #delivered} will be able to tell the message from others.
     *
     * @throws IOException if the message cannot be read
     */
    void prepare() throws IOException {
      identity();
    }

    /**
     * Remembers that these have got the message; it is on the disk afterwards. For a message
     * without identity nothing is remembered.
     *
     * @throws IOException if it is not on the disk, or the message cannot be read
     */
    void delivered(Collection<Recipient> recipients) throws IOException {
      add(keys(recipients, Settled.DELIVERED));
    }

    /** Remembers that the sender was told that these were refused; as {@link #delivered}. */
    void told(Collection<Recipient> recipients) throws IOException {
      add(keys(recipients, Settled.SENDER_TOLD));
    }

    private void add(List<String> keys) throws IOException {
      if (keys.isEmpty()) {
        return;
      }
      lock.lock();
      try {
        owned.addAll(keys); // also what is not on the disk then
        put(keys, this);
      } finally {
        lock.unlock();
      }
    }

    /**
     * Forgets what this delivery has found and left, for no retry is to be expected.
     *
     * @throws IOException if that is not on the disk; it is forgotten until the next start
     */
    void forget() throws IOException {
      if (owned.isEmpty()) {
        return;
      }
      lock.lock();
      try {
        Instant now = clock.instant();
        StringBuilder changes = new StringBuilder();
        for (String key : owned) {
          if (isOwn(key)) {
            entries.remove(key);
            changes.append(LedgerFile.removed(key, now));
          }
        }
        owned.clear();
        if (!changes.isEmpty()) {
          append(changes.toString());
        }
      } finally {
        lock.unlock();
      }
    }

    /** Leaves what was not forgotten to the next try, from now on. */
    @Override
    public void close() {
      if (owned.isEmpty()) {
        return;
      }
      lock.lock();
      try {
        List<String> left = owned.stream().filter(this::isOwn).toList();
        if (found) {
          put(left, null);
        } else {
          left.forEach(key -> entries.computeIfPresent(key, (k, e) -> new Entry(e.since(), null)));
        }
      } catch (IOException e) {
        // They are known until the next start, and on the disk with the time of an earlier try.
        LOG.atWarn()
            .addKeyValue("queueId", message.queueId())
            .setCause(e)
            .log("time of the last try could not be recorded in the ledger of deliveries");
      } finally {
        owned.clear();
        lock.unlock();
      }
    }

    private boolean isOwn(String key) {
      Entry entry = entries.get(key);
      return entry != null && entry.owner() == this;
    }

    /** Called without the lock: to identify a large message takes time. */
    private List<String> keys(Collection<Recipient> recipients, Settled how) throws IOException {
      Bytes word = Bytes.ofLatin1(how.name());
      return identity()
          .map(known -> recipients.stream().map(r -> key(word, r.mailbox(), known)).toList())
          .orElse(List.of());
    }

    private Optional<Bytes> identity() throws IOException {
      Optional<Bytes> known = identity;
      if (known == null) {
        try {
          known = message.identity().get();
        } catch (UncheckedIOException e) {
          throw new IOException("message cannot be identified: " + e.getMessage(), e);
        }
        identity = known;
      }
      return known;
    }
  }

  /** Puts entries of now; they are known, if not on the disk, even if that fails. */
  private void put(List<String> keys, @Nullable Notes owner) throws IOException {
    Instant now = clock.instant();
    StringBuilder changes = new StringBuilder();
    for (String key : keys) {
      entries.remove(key);
      entries.put(key, new Entry(now, owner));
      changes.append(LedgerFile.added(key, now));
    }
    append(changes.toString());
  }

  int size() {
    lock.lock();
    try {
      return entries.size();
    } finally {
      lock.unlock();
    }
  }

  private void append(String changes) throws NotStoredException {
    if (file != null) {
      file.append(changes);
    }
    tidy();
  }

  private void tidy() {
    dropOld();
    if (file != null && file.lines() > 2 * entries.size() + MAX_IDLE_LINES) {
      try {
        Map<String, Instant> times = new LinkedHashMap<>();
        entries.forEach((key, entry) -> times.put(key, entry.since()));
        file.rewrite(times);
      } catch (IOException e) {
        // The long file tells the same as the short one would; the next change tries again.
        LOG.atWarn().setCause(e).log("ledger of deliveries could not be written again");
      }
    }
  }

  private void dropOld() {
    Instant oldest = clock.instant().minus(KEPT);
    Iterator<Entry> all = entries.values().iterator();
    while (all.hasNext()) {
      if (!all.next().since().isBefore(oldest) && entries.size() <= MAX_ENTRIES) {
        return;
      }
      all.remove();
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
      if (file != null) {
        file.close();
      }
    } finally {
      lock.unlock();
    }
  }
}
