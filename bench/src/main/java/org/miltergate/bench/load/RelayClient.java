package org.miltergate.bench.load;

import jakarta.mail.Address;
import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import jakarta.mail.Transport;
import java.io.Closeable;
import java.io.IOException;
import org.eclipse.angus.mail.smtp.SMTPMessage;
import org.miltergate.bench.process.AngusMail;
import org.miltergate.gateway.relay.DeliveryResult;
import org.miltergate.gateway.relay.NextHop;
import org.miltergate.gateway.relay.OutboundMessage;

/**
 * Sends one message after another to a next hop. Not thread-safe; use from one thread at a time.
 */
public interface RelayClient extends Closeable {
  void send() throws Exception;

  @Override
  void close();

  /** Uses a next hop that all sessions share, as in the gateway. */
  static RelayClient miltergate(NextHop hop, RelayMail mail) {
    OutboundMessage message = mail.forMiltergate();
    return new RelayClient() {
      @Override
      public void send() throws IOException {
        DeliveryResult result = hop.deliver(message);
        if (!(result instanceof DeliveryResult.Delivered)) {
          throw new IOException("not delivered: " + result);
        }
      }

      @Override
      public void close() {
        // The next hop is closed by its owner.
      }
    };
  }

  /** Uses a transport of its own, kept open. */
  static RelayClient angus(int port, RelayMail mail) throws IOException, MessagingException {
    Session session = AngusMail.session(port);
    SMTPMessage message = mail.forAngus(session);
    Address[] recipients = mail.addressesForAngus();
    Transport transport = AngusMail.connected(session);
    return new RelayClient() {
      @Override
      public void send() throws MessagingException {
        transport.sendMessage(message, recipients);
      }

      @Override
      public void close() {
        try {
          transport.close();
        } catch (MessagingException e) {
          // The sink is about to stop; the measurement is complete.
          return;
        }
      }
    };
  }
}
