package org.miltergate.milter.mail;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import org.miltergate.milter.body.Body;
import org.miltergate.milter.body.BodyStore;
import org.miltergate.milter.body.MemoryShare;
import org.miltergate.milter.body.MemoryUsedUpException;
import org.miltergate.milter.bytes.Bytes;

/**
 * Parses a message as it arrives, in pieces split anywhere, and converts its header to the normal
 * form that milters and the next hop read alike.
 *
 * <p>LF ends a line, with or without CR before it. The header block ends at the first empty line,
 * or before the first line that is neither a field nor the continuation of one: that line then
 * begins the body, and an empty line is added so that the next hop sees the same end, as in
 * "postfix src/global/mime_state.c". So does a first line that begins with white space. {@link
 * HeaderField} describes what happens to each field.
 *
 * <p>Invariants: header block, separator and body of {@link #finish}, concatenated and parsed
 * again, give the same result; and for a message whose fields are in normal form, they are the
 * bytes that were appended.
 *
 * <p>Not thread-safe; use from one thread at a time.
 */
public final class MessageParser implements Closeable {
  private static final int FIRST_BUFFER_BYTES = 2048;
  private static final int EMPTY_LINE_BYTES = 2;

  /** The memory for the offset of one field. */
  private static final int FIELD_BYTES = 8;

  private static final Bytes MAILBOX_LINE = Bytes.ofLatin1("X-Mailbox-Line: ");

  private final BodyStore.Writer body;
  private final MemoryShare memory;
  private final long maxHeaderBytes;
  private final int maxFields;
  private final List<Bytes> dropped;

  /** The fields so far, all in normal form, and the line that is being read. */
  private byte[] buffer = new byte[0];

  private int used;
  private int lineStart;

  /** Start of the field that the next line may continue; -1 before the first. */
  private int fieldStart = -1;

  private final HeaderBlock.Starts starts = new HeaderBlock.Starts();
  private boolean namedFieldSeen;
  private boolean canBeContinued;

  /** Empty until the header block has ended. */
  private HeaderBlock header = HeaderBlock.EMPTY;

  private Bytes separator = Bytes.EMPTY;
  private boolean inBody;

  /** The number of fields for which memory has been taken. */
  private int fields;

  private boolean finished;

  private MessageParser(Builder builder) {
    memory = builder.memory;
    maxHeaderBytes = Math.min(builder.maxHeaderBytes, Integer.MAX_VALUE - 64);
    maxFields = builder.maxFields;
    dropped = builder.dropped;
    body = builder.store.writer(memory);
  }

  /**
   * Creates a parser without a limit on the number of fields.
   *
   * @param store where the body goes
   * @param maxHeaderBytes as {@link Builder#maxHeaderBytes}
   */
  public MessageParser(BodyStore store, long maxHeaderBytes) {
    this(builder(store).maxHeaderBytes(maxHeaderBytes));
  }

  /**
   * Returns a builder for a parser with other settings.
   *
   * @param store where the body goes
   */
  public static Builder builder(BodyStore store) {
    return new Builder(store);
  }

  /** Collects the settings of one parser. Not thread-safe. */
  public static final class Builder {
    private final BodyStore store;
    private MemoryShare memory = MemoryShare.UNLIMITED;
    private long maxHeaderBytes = 1 << 20;
    private int maxFields = Integer.MAX_VALUE;
    private List<Bytes> dropped = List.of();

    private Builder(BodyStore store) {
      this.store = Objects.requireNonNull(store, "store");
    }

    /**
     * Sets the limit for the header block in bytes, without the empty line; at least 1, default 1
     * MiB.
     */
    public Builder maxHeaderBytes(long bytes) {
      maxHeaderBytes = atLeastOne("header limit", bytes);
      return this;
    }

    /** Sets the limit for the number of fields; at least 1, default none. */
    public Builder maxFields(int fields) {
      maxFields = (int) atLeastOne("limit of fields", fields);
      return this;
    }

    /** Drops fields with these names, compared without regard to case; default none. */
    public Builder drop(Collection<Bytes> names) {
      dropped = List.copyOf(names);
      return this;
    }

    /**
     * Takes the memory for header and body from this share, which must stay open as long as both
     * are used.
     */
    public Builder memory(MemoryShare share) {
      memory = Objects.requireNonNull(share, "share");
      return this;
    }

    private static long atLeastOne(String what, long value) {
      if (value < 1) {
        throw new IllegalArgumentException(what + " must be at least 1, was " + value);
      }
      return value;
    }

    public MessageParser build() {
      return new MessageParser(this);
    }
  }

  /**
   * Parses the next bytes of the message, without dot-stuffing.
   *
   * @throws HeaderTooLargeException if the header block is larger than allowed
   * @throws MemoryUsedUpException if there is no memory for the header block
   * @throws IOException if the body cannot be stored; then none of it is kept
   */
  public void append(byte[] data, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, data.length);
    int at = offset;
    int end = offset + length;
    while (!inBody && at < end) {
      int lineEnd = indexOfLineFeed(data, at, end);
      int piece = (lineEnd < 0 ? end : lineEnd + 1) - at;
      int room = (int) (maxHeaderBytes + EMPTY_LINE_BYTES - used);
      if (piece <= room) {
        take(data, at, piece);
        at += piece;
        if (lineEnd >= 0) {
          endLine();
        }
      } else {
        take(data, at, room);
        at += room;
        startBodyOrRefuse();
      }
    }
    if (at < end) {
      body.write(data, at, end - at);
    }
  }

  private static int indexOfLineFeed(byte[] data, int from, int end) {
    for (int i = from; i < end; i++) {
      if (data[i] == '\n') {
        return i;
      }
    }
    return -1;
  }

  private void take(byte[] data, int at, int length) throws MemoryUsedUpException {
    makeRoom(length);
    System.arraycopy(data, at, buffer, used, length);
    used += length;
  }

  private void makeRoom(int length) throws MemoryUsedUpException {
    if (used + length > buffer.length) {
      long usual = Math.max(FIRST_BUFFER_BYTES, 2L * buffer.length);
      long larger = Math.min(usual, maxHeaderBytes + EMPTY_LINE_BYTES);
      int size = (int) Math.max(larger, (long) used + length);
      memory.take(size - buffer.length);
      buffer = Arrays.copyOf(buffer, size);
    }
  }

  /** Classifies the line that ends at {@code used}, whether it has a line end or not. */
  private void endLine() throws IOException {
    Bytes line = Bytes.copyOf(buffer, lineStart, used - lineStart);
    int nameEnd = HeaderSyntax.nameEnd(line);
    if (HeaderSyntax.endWithoutLineEnds(line) == 0) {
      startBody(HeaderSyntax.lineEnd(line));
    } else if (canBeContinued && HeaderSyntax.isContinuation(line)) {
      keep(line, 0);
    } else if (nameEnd > 0) {
      startField();
      keep(line, nameEnd);
      namedFieldSeen = true;
      canBeContinued = true;
    } else if (!namedFieldSeen && HeaderSyntax.isMailboxLine(line)) {
      startField();
      keep(MAILBOX_LINE.concat(line), MAILBOX_LINE.indexOf(':', 0));
      canBeContinued = false; // as in Postfix, where it is not a header line
    } else {
      startBody(usualLineEnd());
      body.write(line);
    }
  }

  /** Converts a line of a field to normal form in place. */
  private void keep(Bytes line, int nameEnd) throws IOException {
    Bytes normal = line;
    if (!HeaderSyntax.isNormalLine(line, nameEnd)) {
      ByteArrayOutputStream out = new ByteArrayOutputStream(line.length() + EMPTY_LINE_BYTES);
      HeaderSyntax.writeNormalLine(line, nameEnd, out);
      normal = Bytes.copyOf(out.toByteArray());
    }
    if (lineStart + (long) normal.length() > maxHeaderBytes) {
      throw HeaderTooLargeException.block(maxHeaderBytes);
    }
    used = lineStart;
    makeRoom(normal.length());
    normal.copyTo(0, normal.length(), buffer, used);
    used += normal.length();
    lineStart = used;
  }

  private void startField() throws IOException {
    endField();
    if (starts.count() == maxFields) {
      throw HeaderTooLargeException.count(maxFields);
    }
    memory.take(FIELD_BYTES);
    fields++;
    fieldStart = lineStart;
  }

  /** The field before the current line is complete: it is kept or dropped. */
  private void endField() throws IOException {
    if (fieldStart < 0) {
      return;
    }
    int length = lineStart - fieldStart;
    if (!dropped.isEmpty() || length > HeaderField.MAX_PACKET_BYTES) {
      HeaderField field = HeaderField.ofNormal(Bytes.copyOf(buffer, fieldStart, length));
      if (dropped.stream().anyMatch(field::isNamed)) {
        lineStart = fieldStart;
        fieldStart = -1;
        memory.giveBack(FIELD_BYTES);
        fields--;
        return;
      }
      if (field.packetBytes() > HeaderField.MAX_PACKET_BYTES) {
        throw HeaderTooLargeException.field();
      }
    }
    starts.add(fieldStart);
    fieldStart = -1;
  }

  /** Returns LF for a message whose lines end in LF, otherwise CRLF. */
  private Bytes usualLineEnd() {
    return HeaderSyntax.lineEnd(
        Bytes.copyOf(buffer, Math.max(0, lineStart - 2), Math.min(2, lineStart)));
  }

  /** The buffer is full in the middle of a line: allowed only if this line begins the body. */
  private void startBodyOrRefuse() throws IOException {
    Bytes begin = Bytes.copyOf(buffer, lineStart, used - lineStart);
    if (canBeContinued && HeaderSyntax.isContinuation(begin)
        || !HeaderSyntax.isNoField(begin)
        || !namedFieldSeen && HeaderSyntax.isMailboxLine(begin)) {
      throw HeaderTooLargeException.block(maxHeaderBytes);
    }
    startBody(usualLineEnd());
    body.write(begin);
  }

  /** The header block ends before the current line. */
  private void startBody(Bytes emptyLine) throws IOException {
    endField();
    separator = emptyLine;
    header = starts.of(Bytes.copyOf(buffer, 0, lineStart));
    memory.giveBack(buffer.length - lineStart);
    buffer = new byte[0];
    inBody = true;
  }

  /**
   * Ends the message.
   *
   * @return its parts; the caller owns and closes the body
   * @throws HeaderTooLargeException if the header block is larger than allowed
   * @throws IOException if the body cannot be stored; then none of it is kept
   */
  public MessageContent finish() throws IOException {
    if (!inBody && used > lineStart) {
      endLine();
    }
    if (!inBody) {
      startBody(Bytes.EMPTY);
    }
    Body whole = body.finish();
    finished = true;
    return new MessageContent(header, separator, whole);
  }

  /** Drops what has been stored, unless {@link #finish} has handed it over. */
  @Override
  public void close() {
    if (!finished) {
      finished = true;
      memory.giveBack(buffer.length + header.length() + (long) FIELD_BYTES * fields);
      buffer = new byte[0];
      header = HeaderBlock.EMPTY;
    }
    body.close();
  }
}
