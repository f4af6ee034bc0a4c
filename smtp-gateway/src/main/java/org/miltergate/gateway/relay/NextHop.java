package org.miltergate.gateway.relay;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import org.miltergate.config.NextHopConfig;

/**
 * Where accepted messages go.
 *
 * <p>Thread-safe: one next hop serves all sessions.
 */
public interface NextHop extends Closeable {

  /**
   * Opens the next hop that the configuration names.
   *
   * @param hostName our own, for EHLO and names of files
   * @param spool directory for what has to be remembered across restarts; made if missing
   * @throws IOException if a directory cannot be made or used
   */
  static NextHop open(NextHopConfig config, String hostName, Path spool) throws IOException {
    return switch (config) {
      case NextHopConfig.Smtp smtp -> SmtpNextHop.open(smtp, hostName, spool);
      case NextHopConfig.Several several -> SmtpNextHop.open(several.hops(), hostName, spool);
      case NextHopConfig.Maildir(Path path) -> MaildirNextHop.open(path, hostName);
    };
  }

  /**
   * Hands over a message to all its recipients, or to none of them; or to some, if the others are
   * refused for good and {@link OutboundMessage#notice} tells the sender so.
   *
   * <p>Blocks, each step within its limit, until it is known what became of the message. Every
   * failure is a result; only misuse is an exception. {@link DeliveryResult.Delivered} is returned
   * once the next hop is answerable for the message; until then the caller is. Neither closes nor
   * changes the message.
   */
  DeliveryResult deliver(OutboundMessage message);

  /**
   * Begins a message whose recipients are to be offered one by one; does not connect yet. A next
   * hop that takes any recipient is asked nothing.
   *
   * @return to be closed
   */
  default RecipientCheck check(MailParameters mail) {
    return RecipientCheck.none(this);
  }

  /** Lets go of idle connections. Deliveries that are under way go on. */
  @Override
  void close();
}
