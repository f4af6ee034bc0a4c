package org.miltergate.bench.process;

import jakarta.mail.Address;
import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import jakarta.mail.Transport;
import jakarta.mail.internet.InternetAddress;
import java.io.ByteArrayInputStream;
import java.net.InetAddress;
import java.util.Deque;
import java.util.concurrent.ConcurrentLinkedDeque;
import org.eclipse.angus.mail.smtp.SMTPMessage;
import org.subethamail.smtp.RejectException;
import org.subethamail.smtp.server.SMTPServer;

/**
 * A Java relay without Miltergate: SubEthaSMTP receives a message as its documentation shows, and
 * Angus Mail sends it on before the client gets its 250.
 *
 * <p>A separate process, which relays to the port of 127.0.0.1 that its argument names.
 */
public final class StockServer {
  private static final int MAX_CONNECTIONS = 1000;

  private final Session session;
  private final Deque<Transport> idle = new ConcurrentLinkedDeque<>();

  private StockServer(Session session) {
    this.session = session;
  }

  /** Relays until the process is ended. */
  public static void main(String[] arguments) throws Exception {
    StockServer stock = new StockServer(AngusMail.session(Integer.parseInt(arguments[0])));
    SMTPServer server =
        SMTPServer.port(0)
            .bindAddress(InetAddress.getByName("127.0.0.1"))
            .hostName("mx.test")
            .maxConnections(MAX_CONNECTIONS)
            .messageHandler((context, from, to, data) -> stock.relay(from, to, data))
            .build();
    server.start();
    System.out.println("stock: listening on 127.0.0.1:" + server.getPortAllocated());
  }

  private void relay(String from, String to, byte[] data) throws RejectException {
    try {
      SMTPMessage message = new SMTPMessage(session, new ByteArrayInputStream(data));
      message.setEnvelopeFrom(from);
      Transport transport = idle.pollFirst();
      if (transport == null) {
        transport = AngusMail.connected(session);
      }
      transport.sendMessage(message, new Address[] {new InternetAddress(to)});
      idle.addFirst(transport);
    } catch (MessagingException e) {
      throw new RejectException(451, "4.4.0 " + e.getMessage());
    }
  }
}
