package org.miltergate.gateway.bounce;

import java.io.Closeable;
import java.io.IOException;
import java.util.Objects;
import org.miltergate.gateway.relay.OutboundMessage;

/**
 * A notice to a sender, from the null sender, ready to be handed over.
 *
 * <p>Owns the body of its message. Not thread-safe; use from one thread at a time.
 *
 * @param messageId of the notice, with angle brackets
 */
public record Bounce(OutboundMessage outbound, String messageId) implements Closeable {
  public Bounce {
    Objects.requireNonNull(outbound, "outbound");
    Objects.requireNonNull(messageId, "messageId");
  }

  @Override
  public void close() throws IOException {
    outbound.message().body().close();
  }
}
