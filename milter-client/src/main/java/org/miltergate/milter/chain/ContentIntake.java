package org.miltergate.milter.chain;

import java.io.Closeable;
import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.miltergate.milter.body.Body;
import org.miltergate.milter.body.MemoryShare;
import org.miltergate.milter.mail.HeaderTooLargeException;
import org.miltergate.milter.mail.MessageContent;
import org.miltergate.milter.mail.MessageParser;
import org.miltergate.milter.mail.SmtpReply;
import org.miltergate.milter.mail.StandardReplies;
import org.miltergate.milter.session.Stage;

/**
 * Takes the content of one message after another, as it comes, and keeps what the last one holds
 * until nobody reads its result any more.
 *
 * <p>Not thread-safe; use from the thread of the SMTP session.
 */
final class ContentIntake implements Closeable {
  /** Names no milter: the message did not get as far. */
  private static final String NO_MILTER = "";

  private final MilterChain chain;
  private final ChainListener listener;
  private MemoryShare memory = MemoryShare.UNLIMITED;
  private @Nullable MessageParser parser;
  private Verdict fault = Verdict.PASS;
  private Body body = Body.EMPTY;

  ContentIntake(MilterChain chain, ChainListener listener) {
    this.chain = chain;
    this.listener = listener;
  }

  /** A message begins; what the one before it held has been released. */
  void begin() {
    memory = chain.share();
  }

  /** Returns what the message takes its memory from. */
  MemoryShare memory() {
    return memory;
  }

  /** Takes the next bytes, unless the message is refused already. */
  void append(byte[] bytes, int offset, int length) {
    if (!fault.passes()) {
      return;
    }
    try {
      open().append(bytes, offset, length);
    } catch (IOException e) {
      refuseFor(e);
    }
  }

  private MessageParser open() {
    MessageParser open = parser;
    if (open == null) {
      open = chain.parser(memory);
      parser = open;
    }
    return open;
  }

  /** The content cannot be taken, by its own fault or for want of memory or disk. */
  private void refuseFor(IOException reason) {
    boolean tooLarge = reason instanceof HeaderTooLargeException;
    Source.Cause cause = tooLarge ? Source.Cause.LIMIT : Source.Cause.LOCAL_FAILURE;
    SmtpReply reply =
        reason instanceof HeaderTooLargeException header
            ? StandardReplies.headerTooLarge(header.limit())
            : StandardReplies.NO_STORAGE;
    fault = new Verdict.Refuse(reply, new Source(NO_MILTER, cause));
    dropParser();
    try {
      listener.failedLocally(NO_MILTER, Stage.BODY, cause, reason);
    } catch (RuntimeException e) {
      // The message is refused already, which is all that could come of this.
      return;
    }
  }

  /** Ends the content; empty if there is a {@link #fault}. */
  Optional<MessageContent> end() {
    if (fault.passes()) {
      try {
        MessageContent content = open().finish();
        body = content.body();
        return Optional.of(content);
      } catch (IOException e) {
        refuseFor(e);
      }
    }
    return Optional.empty();
  }

  /** Returns why the message is refused whatever milters say. */
  Verdict fault() {
    return fault;
  }

  /** The message is over; what is held of it stays readable. */
  void endMessage() {
    fault = Verdict.PASS;
    dropParser();
  }

  private void dropParser() {
    MessageParser open = parser;
    parser = null;
    if (open != null) {
      open.close(); // does not touch a body that it has handed over
    }
  }

  /** Frees what the last message held: nobody reads its result any more. */
  void release() {
    body.close();
    body = Body.EMPTY;
    memory.close();
    memory = MemoryShare.UNLIMITED;
  }

  @Override
  public void close() {
    endMessage();
    release();
  }
}
