package org.miltergate.gateway.admission;

import java.io.Closeable;
import java.net.InetAddress;
import java.util.HashMap;
import java.util.Map;
import org.miltergate.config.limits.LimitsConfig;
import org.miltergate.milter.body.MemoryBudget;
import org.miltergate.milter.body.MemoryShare;
import org.miltergate.milter.bytes.Bytes;

/**
 * The memory for all messages in progress, of which one client gets no more than half.
 *
 * <p>The first bytes of each message are free: when others have used up the memory, ordinary mail
 * still passes, with its body in a file. Thread-safe.
 */
public final class MessageMemory {
  /** More than the header and the recipients of nearly all mail. */
  private static final long MOST_FREE_BYTES = 32 * 1024;

  private static final int PARTS_OF_HEAP = 4;

  private final MemoryBudget whole;
  private final long clientBytes;
  private final long freeBytes;
  private final Map<Bytes, Part> parts = new HashMap<>();

  /** What the messages of one client take, as long as there are any. */
  private static final class Part {
    final MemoryBudget budget;
    int messages;

    Part(MemoryBudget budget) {
      this.budget = budget;
    }
  }

  /**
   * @param bytes for all
   * @param sessions so many messages may be under way; what is free for all of them is half of that
   *     at most
   */
  MessageMemory(long bytes, int sessions) {
    whole = MemoryBudget.ofBytes(bytes);
    clientBytes = bytes / 2;
    freeBytes = Math.min(MOST_FREE_BYTES, bytes / 2 / sessions);
  }

  public static MessageMemory of(LimitsConfig limits) {
    long bytes =
        limits.memoryBytes() > 0
            ? limits.memoryBytes()
            : Runtime.getRuntime().maxMemory() / PARTS_OF_HEAP;
    return new MessageMemory(bytes, limits.maxSessions());
  }

  /** What one message takes; everything is given back when it is closed. */
  public final class Share implements Closeable {
    private final Bytes client;
    private final MemoryShare memory;
    private boolean closed;

    private Share(Bytes client, MemoryShare memory) {
      this.client = client;
      this.memory = memory;
    }

    public MemoryShare memory() {
      return memory;
    }

    @Override
    public void close() {
      if (!closed) {
        closed = true;
        memory.close();
        leave(client);
      }
    }
  }

  /** Begins a message. */
  public synchronized Share open(InetAddress client) {
    Bytes key = ConnectionCounts.key(client);
    Part part = parts.computeIfAbsent(key, k -> new Part(whole.part(clientBytes)));
    part.messages++;
    return new Share(key, part.budget.share(freeBytes));
  }

  private synchronized void leave(Bytes client) {
    parts.computeIfPresent(client, (key, part) -> --part.messages == 0 ? null : part);
  }

  /** Returns how many bytes are taken, those that are free not counted. */
  public long usedBytes() {
    return whole.usedBytes();
  }
}
