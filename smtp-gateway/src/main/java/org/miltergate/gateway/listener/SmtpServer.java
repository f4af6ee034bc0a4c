package org.miltergate.gateway.listener;

import java.io.Closeable;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.miltergate.address.HostPort;
import org.miltergate.config.GatewayConfig;
import org.miltergate.config.listener.ListenerConfig;
import org.miltergate.gateway.admission.Admission;
import org.miltergate.gateway.admission.EventCounters;
import org.miltergate.gateway.admission.MessageMemory;
import org.miltergate.gateway.admission.RelayPolicy;
import org.miltergate.gateway.auth.SaslServer;
import org.miltergate.gateway.bounce.BounceComposer;
import org.miltergate.gateway.listener.DrainableServerSocket.PortUse;
import org.miltergate.gateway.log.MailLog;
import org.miltergate.gateway.log.QueueIds;
import org.miltergate.gateway.relay.NextHop;
import org.miltergate.gateway.smtp.content.HopCheck;
import org.miltergate.gateway.smtp.io.ClientSocket;
import org.miltergate.gateway.smtp.session.ListenerTls;
import org.miltergate.gateway.smtp.session.RecipientChecks;
import org.miltergate.gateway.smtp.session.ServerContext;
import org.miltergate.gateway.spool.QuarantineStore;
import org.miltergate.milter.body.BodyStore;
import org.miltergate.milter.chain.MilterChain;
import org.miltergate.net.Deadline;
import org.miltergate.net.Watchdog;

/**
 * Listens for SMTP clients on all configured addresses.
 *
 * <p>Each connection has a virtual thread of its own. Thread-safe.
 */
public final class SmtpServer implements Closeable {
  private final ServerContext context;
  private final List<SubethaListener> listeners = new ArrayList<>();
  private final Set<ClientSocket> clients = ConcurrentHashMap.newKeySet();
  private final Object clientLeft = new Object();
  private volatile boolean draining;

  /**
   * Prepares to listen, without logins; {@link #start} begins.
   *
   * @param chain the milters to ask
   * @param nextHop gets accepted messages; not closed here
   * @param quarantine gets messages that milters want to hold
   * @param bodies stores the messages while they are processed
   */
  public SmtpServer(
      GatewayConfig config,
      MilterChain chain,
      NextHop nextHop,
      QuarantineStore quarantine,
      BodyStore bodies,
      MailLog log) {
    this(config, chain, nextHop, quarantine, bodies, log, SaslServer.NONE);
  }

  /**
   * Prepares to listen; {@link #start} begins.
   *
   * @param sasl the mechanisms for logins
   */
  public SmtpServer(
      GatewayConfig config,
      MilterChain chain,
      NextHop nextHop,
      QuarantineStore quarantine,
      BodyStore bodies,
      MailLog log,
      SaslServer sasl) {
    Admission admission = Admission.of(config);
    InstantSource clock = InstantSource.system();
    this.context =
        new ServerContext(
            config,
            new RelayPolicy(config.policy()),
            admission,
            new QueueIds(clock, new SecureRandom()),
            chain,
            nextHop,
            sasl,
            admission.rates(),
            RecipientChecks.of(config.delivery(), nextHop),
            new BounceComposer(config.hostname(), config.delivery().bounceBytes(), bodies, clock),
            new HopCheck(
                config.hostname(), config.limits().maxHops(), config.limits().maxOwnHops()),
            quarantine,
            bodies,
            MessageMemory.of(config.limits()),
            new ListenerTls(),
            log,
            clock);
  }

  /**
   * Reads the keys for TLS, binds all addresses, and starts to accept.
   *
   * @throws IOException if a file is invalid, or an address cannot be bound; then none is bound
   */
  public synchronized void start() throws IOException {
    context.tls().open(context.config().listeners());
    try {
      List<InetSocketAddress> bound = new ArrayList<>();
      List<InetSocketAddress> all = new ArrayList<>();
      for (ListenerConfig wanted : context.config().listeners()) {
        all.add(resolve(wanted.address()));
      }
      for (ListenerConfig wanted : context.config().listeners()) {
        InetSocketAddress address = all.get(bound.size());
        SubethaListener listener =
            new SubethaListener(
                address,
                new DrainableServerSocket(address.getAddress(), portUse(address, all, bound)),
                context.limits().maxSessions(),
                socket -> serve(wanted, socket));
        listener.start();
        listeners.add(listener);
        bound.add(address);
      }
    } catch (IOException e) {
      close();
      throw e;
    }
  }

  /** Returns the addresses that are bound, in configured order, with their actual ports. */
  public synchronized List<InetSocketAddress> addresses() {
    return listeners.stream().map(SubethaListener::address).toList();
  }

  private static InetSocketAddress resolve(HostPort address) throws IOException {
    return new InetSocketAddress(InetAddress.getByName(address.host()), address.port());
  }

  private static PortUse portUse(
      InetSocketAddress address, List<InetSocketAddress> all, List<InetSocketAddress> bound) {
    if (bound.stream().anyMatch(other -> sharePort(address, other))) {
      return PortUse.SECOND_OF_TWO;
    }
    return all.stream().anyMatch(other -> sharePort(address, other))
        ? PortUse.FIRST_OF_TWO
        : PortUse.ALONE;
  }

  /** {@code [::]} includes all IPv4 addresses, so the kernel sees the port used twice. */
  private static boolean sharePort(InetSocketAddress one, InetSocketAddress other) {
    return one.getPort() != 0
        && one.getPort() == other.getPort()
        && (isEveryAddress(one) && other.getAddress() instanceof Inet4Address
            || isEveryAddress(other) && one.getAddress() instanceof Inet4Address);
  }

  private static boolean isEveryAddress(InetSocketAddress address) {
    return address.getAddress() instanceof Inet6Address six && six.isAnyLocalAddress();
  }

  /** Returns the number of open sessions. */
  public int openSessions() {
    return context.admission().connections().inAll();
  }

  /** Returns how many bytes of {@code limits.memory} are taken by messages in progress. */
  public long memoryInUse() {
    return context.memory().usedBytes();
  }

  /** Returns the counters of events that a limit refused. */
  public EventCounters counters() {
    return context.admission().counters();
  }

  private void serve(ListenerConfig listener, Socket socket) {
    try (ClientSocket client = new ClientSocket(socket, Watchdog.shared())) {
      clients.add(client);
      try {
        if (draining) {
          client.drain();
        }
        new SmtpSession(context, listener, client).run();
      } finally {
        clients.remove(client);
      }
    } catch (IOException e) {
      // The client disconnected before the first reply, or closing failed: there is nobody to tell.
      return;
    } finally {
      synchronized (clientLeft) {
        clientLeft.notifyAll();
      }
    }
  }

  /**
   * Stops accepting connections, and waits for the sessions to end: those that wait for a command
   * get 421 at once, those with a message in progress when it is complete.
   *
   * @param limit how long to wait for them
   * @return whether all have ended
   */
  public boolean drain(Duration limit) throws IOException {
    Deadline deadline = Deadline.in(limit);
    synchronized (this) {
      draining = true;
      for (SubethaListener listener : listeners) {
        listener.stopListening();
      }
    }
    clients.forEach(ClientSocket::drain);
    synchronized (clientLeft) {
      while (!clients.isEmpty() && deadline.leftMillis() > 0) {
        try {
          clientLeft.wait(deadline.leftMillis());
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
          return false;
        }
      }
    }
    return clients.isEmpty();
  }

  /** Closes all connections at once, and stops listening. */
  @Override
  public synchronized void close() throws IOException {
    boolean wasOpen = !listeners.isEmpty();
    draining = true;
    for (SubethaListener listener : listeners) {
      listener.close();
    }
    listeners.clear();
    String summary = counters().summary();
    if (wasOpen && !summary.isEmpty()) {
      context.log().info("statistics: " + summary);
    }
  }
}
