package org.miltergate.gateway.relay;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.miltergate.milter.mail.SmtpReply;

/**
 * Sends the content of one message over one connection, and marks its end.
 *
 * <p>Behind the end come the replies that decide, which are not read here: one, or in LMTP one for
 * each recipient that was accepted.
 *
 * <p>Confined to one thread.
 */
sealed interface ContentSender permits DottedContent, ChunkedContent {

  /** Returns the command whose reply has to be awaited before anything is sent, if there is one. */
  Optional<SmtpCommand> announcement();

  /**
   * Sends everything and, at once with the last bytes, the end.
   *
   * @throws MessageRefusedException if the message is refused before its end
   * @throws IOException if the content cannot be read
   */
  void sendWhole() throws IOException;

  /**
   * Sends everything up to where only the end is missing.
   *
   * @throws MessageRefusedException if the message is refused before its end
   * @throws IOException if the content cannot be read
   */
  void sendWithoutEnd() throws IOException;

  /** Sends the end, behind {@link #sendWithoutEnd}. */
  void sendEnd() throws NextHopException;

  /** Chooses the way in which this connection takes content. */
  static ContentSender of(SmtpConnection connection, OutboundMessage message) {
    return connection.usesChunks()
        ? new ChunkedContent(connection, message)
        : new DottedContent(connection, message);
  }

  /** Sends blocks; looks before each but the first whether the next hop has given up waiting. */
  final class BlockSender implements DotStuffer.Sink {
    private final SmtpConnection connection;
    private boolean first = true;

    BlockSender(SmtpConnection connection) {
      this.connection = connection;
    }

    @Override
    public void accept(ByteBuffer block) throws IOException {
      if (!first && connection.hasStrayInput()) {
        SmtpReply reply = connection.read(SmtpStep.CONTENT);
        connection.requireFailure(SmtpStep.CONTENT, reply);
        connection.close();
        throw new MessageRefusedException(reply, connection.said(SmtpStep.CONTENT, reply));
      }
      first = false;
      connection.write(SmtpStep.CONTENT, block);
    }
  }
}
