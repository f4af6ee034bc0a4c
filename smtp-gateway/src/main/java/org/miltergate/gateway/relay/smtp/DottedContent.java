package org.miltergate.gateway.relay.smtp;

import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.miltergate.gateway.relay.OutboundMessage;

/** Content after DATA, up to the line with the single dot. */
final class DottedContent implements ContentSender {
  private final SmtpConnection connection;
  private final OutboundMessage message;
  private @Nullable DotStuffer kept;

  DottedContent(SmtpConnection connection, OutboundMessage message) {
    this.connection = connection;
    this.message = message;
  }

  @Override
  public Optional<SmtpCommand> announcement() {
    return Optional.of(SmtpCommand.DATA);
  }

  @Override
  public void sendKeepingLast() throws IOException {
    kept = content();
  }

  @Override
  public void sendWithoutEnd() throws IOException {
    content().finishLines();
  }

  @Override
  public void sendEnd() throws IOException {
    if (kept != null) {
      kept.finishWithDot();
      return;
    }
    BlockSender.requireNoRefusal(connection);
    BlockSender.write(connection, SmtpStep.END_OF_DATA, DotStuffer.finalDot());
  }

  private DotStuffer content() throws IOException {
    DotStuffer content =
        new DotStuffer(
            new BlockSender(connection), message.message().length() + message.received().length());
    message.message().writeTo(content, message.received());
    return content;
  }
}
