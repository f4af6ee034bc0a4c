package org.miltergate.gateway.relay.smtp;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.miltergate.gateway.relay.MessageRefusedException;
import org.miltergate.gateway.relay.NextHopException;
import org.miltergate.gateway.relay.OutboundMessage;
import org.miltergate.milter.mail.SmtpReply;

/**
 * Sends the content of one message over one connection, and marks its end.
 *
 * <p>After the end come the replies that decide, which are not read here: one, or in LMTP one for
 * each recipient that was accepted.
 *
 * <p>Not thread-safe; use from one thread at a time.
 */
sealed interface ContentSender permits DottedContent, ChunkedContent {

  /** Returns the command whose reply has to be awaited before anything is sent, if there is one. */
  Optional<SmtpCommand> announcement();

  /**
   * Sends everything except the last bytes, which go out at once with the end.
   *
   * @throws MessageRefusedException if the message is refused before its end
   * @throws IOException if the content cannot be read
   */
  void sendKeepingLast() throws IOException;

  /**
   * Sends everything except the end.
   *
   * @throws MessageRefusedException if the message is refused before its end
   * @throws IOException if the content cannot be read
   */
  void sendWithoutEnd() throws IOException;

  /**
   * Sends the end, and what was kept.
   *
   * @throws MessageRefusedException if the message was refused meanwhile
   */
  void sendEnd() throws IOException;

  /** Chooses how this connection accepts content. */
  static ContentSender of(SmtpConnection connection, OutboundMessage message) {
    return connection.usesChunks()
        ? new ChunkedContent(connection, message)
        : new DottedContent(connection, message);
  }

  /**
   * Sends blocks; looks before each whether the next hop has replied already. That can only be a
   * refusal: any other reply before the end would be taken for the one to the end.
   */
  final class BlockSender implements DotStuffer.Sink {
    private final SmtpConnection connection;
    private boolean first = true;

    BlockSender(SmtpConnection connection) {
      this.connection = connection;
    }

    @Override
    public void accept(ByteBuffer block) throws IOException {
      if (first ? connection.hasBufferedBytes() : connection.hasStrayInput()) {
        throw refusal(connection);
      }
      first = false;
      write(connection, SmtpStep.CONTENT, block);
    }

    /**
     * @throws MessageRefusedException if the next hop has said so, though nothing was due
     */
    static void requireNoRefusal(SmtpConnection connection)
        throws NextHopException, MessageRefusedException {
      if (connection.hasStrayInput()) {
        throw refusal(connection);
      }
    }

    private static MessageRefusedException refusal(SmtpConnection connection)
        throws NextHopException {
      SmtpReply reply = connection.read(SmtpStep.CONTENT);
      connection.requireFailure(SmtpStep.CONTENT, reply);
      connection.close();
      return new MessageRefusedException(reply, connection.said(SmtpStep.CONTENT, reply));
    }

    /**
     * @throws MessageRefusedException if the next hop has closed, and said that it refuses
     */
    static void write(SmtpConnection connection, SmtpStep step, ByteBuffer data)
        throws NextHopException, MessageRefusedException {
      try {
        connection.write(step, data);
      } catch (NextHopException e) {
        Optional<SmtpReply> refusal = e.refusal();
        if (refusal.isEmpty()) {
          throw e;
        }
        throw new MessageRefusedException(refusal.get(), String.valueOf(e.getMessage()));
      }
    }
  }
}
