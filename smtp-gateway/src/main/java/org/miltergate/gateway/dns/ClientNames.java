package org.miltergate.gateway.dns;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import org.miltergate.gateway.dns.ClientName.Status;
import org.xbill.DNS.AAAARecord;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.PTRRecord;
import org.xbill.DNS.Record;
import org.xbill.DNS.Type;

/**
 * Finds the names of SMTP clients: the name of the address, believed only if that name has the
 * address.
 *
 * <p>The hosts file is asked before the DNS. One limit stands for the whole lookup, and another for
 * how many are under way; what goes beyond either has no name. Clients that come at the same time
 * from the same address share one lookup, and names are kept for a while, as is that there is none.
 *
 * <p>Thread-safe.
 *
 * @see "postfix src/smtpd/smtpd_peer.c, smtpd_peer_sockaddr_to_hostname"
 */
public final class ClientNames {
  /** How long it is remembered that the DNS did not answer. */
  private static final Duration TROUBLE_TIME = Duration.ofSeconds(10);

  private static final Duration GRACE = Duration.ofSeconds(1);

  /**
   * What lookups may cost.
   *
   * @param timeout for a whole lookup, reverse and forward
   * @param cacheTime how long a name, or that there is none, is kept; 0 for not at all
   * @param cacheSize addresses that are remembered at most
   * @param concurrent lookups under way at most
   */
  public record Limits(Duration timeout, Duration cacheTime, int cacheSize, int concurrent) {}

  private final DnsClient dns;
  private final HostsFile hosts;
  private final Limits limits;
  private final Cache<InetAddress, ClientName> known;
  private final ConcurrentMap<InetAddress, CompletableFuture<ClientName>> underWay =
      new ConcurrentHashMap<>();
  private final Semaphore permits;
  private final LongAdder skipped = new LongAdder();

  public ClientNames(DnsClient dns, Limits limits) {
    this(dns, HostsFile.ofSystem(), limits);
  }

  ClientNames(DnsClient dns, HostsFile hosts, Limits limits) {
    this.dns = dns;
    this.hosts = hosts;
    this.limits = limits;
    this.permits = new Semaphore(limits.concurrent());
    this.known =
        Caffeine.newBuilder()
            .maximumSize(limits.cacheSize())
            .expireAfter(Expiry.<InetAddress, ClientName>writing((address, name) -> keep(name)))
            .build();
  }

  private Duration keep(ClientName name) {
    boolean brief = name.status() == Status.TEMP && TROUBLE_TIME.compareTo(limits.cacheTime()) < 0;
    return brief ? TROUBLE_TIME : limits.cacheTime();
  }

  /** Returns how many addresses were not looked up because too many lookups were under way. */
  public long skipped() {
    return skipped.sum();
  }

  /**
   * Returns what an address is called. Waits for the DNS, but no longer than the limit.
   *
   * @return {@link ClientName.Status#TEMP} if there was no answer in time
   */
  public ClientName lookup(InetAddress address) {
    ClientName cached = known.getIfPresent(address);
    if (cached != null) {
      return cached;
    }
    CompletableFuture<ClientName> mine = new CompletableFuture<>();
    CompletableFuture<ClientName> other = underWay.putIfAbsent(address, mine);
    if (other != null) {
      return await(other);
    }
    begin(address, mine);
    return await(mine);
  }

  private ClientName await(CompletableFuture<ClientName> result) {
    try {
      return result.get(limits.timeout().plus(GRACE).toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return ClientName.unknown(Status.TEMP);
    } catch (ExecutionException | TimeoutException e) {
      // A fault of ours: begin() puts every failure into a name. No client is to suffer from it.
      return ClientName.unknown(Status.TEMP);
    }
  }

  private void begin(InetAddress address, CompletableFuture<ClientName> result) {
    if (!permits.tryAcquire()) {
      skipped.increment();
      underWay.remove(address, result);
      result.complete(ClientName.unknown(Status.TEMP));
      return;
    }
    AtomicReference<ClientName> soFar = new AtomicReference<>(ClientName.unknown(Status.TEMP));
    CompletableFuture<ClientName> lookup = find(address, soFar);
    lookup.whenComplete((name, failure) -> permits.release());
    lookup
        .exceptionally(failure -> soFar.get())
        .copy() // so that the time limit ends the wait, and not the lookup, which holds the permit
        .orTimeout(limits.timeout().toNanos(), TimeUnit.NANOSECONDS)
        .exceptionally(late -> soFar.get())
        .thenAccept(name -> {
          known.put(address, name);
          underWay.remove(address, result);
          result.complete(name);
        });
  }

  /**
   * @param soFar gets what is known if the lookup fails halfway
   */
  private CompletableFuture<ClientName> find(
      InetAddress address, AtomicReference<ClientName> soFar) {
    try {
      return pointer(address)
          .thenCompose(pointer -> {
            if (pointer.isEmpty()) {
              return CompletableFuture.completedFuture(ClientName.unknown(Status.FAIL));
            }
            soFar.set(ClientName.unconfirmed(pointer.get(), Status.TEMP));
            return confirm(address, pointer.get());
          });
    } catch (RuntimeException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  /**
   * Finds the name of an address, the first if there are several; empty if it is not fit for use.
   */
  private CompletableFuture<Optional<String>> pointer(InetAddress address) {
    Optional<String> local = hosts.name(address);
    if (local.isPresent()) {
      return CompletableFuture.completedFuture(local.filter(HostName::isValid));
    }
    return dns.ask(HostName.reverse(address), Type.PTR)
        .thenApply(answer ->
            answer.records().stream()
                .findFirst()
                .map(found -> HostName.text(((PTRRecord) found).getTarget()))
                .filter(HostName::isValid));
  }

  private CompletableFuture<ClientName> confirm(InetAddress address, String pointer) {
    if (hosts.addresses(pointer).contains(address)) {
      return CompletableFuture.completedFuture(ClientName.verified(pointer));
    }
    int type = address.getAddress().length == 4 ? Type.A : Type.AAAA;
    return dns.ask(HostName.absolute(pointer), type)
        .thenApply(answer ->
            answer.records().stream().anyMatch(found -> address(found).equals(address))
                ? ClientName.verified(pointer)
                : ClientName.unconfirmed(pointer, Status.FORGED));
  }

  static InetAddress address(Record found) {
    return found instanceof AAAARecord six ? six.getAddress() : ((ARecord) found).getAddress();
  }
}
