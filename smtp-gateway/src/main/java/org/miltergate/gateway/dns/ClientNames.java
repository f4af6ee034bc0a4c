package org.miltergate.gateway.dns;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Comparator;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Stream;
import org.miltergate.address.HostNames;
import org.miltergate.config.limits.ClientNamesConfig;
import org.miltergate.gateway.dns.ClientName.Status;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
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
  private static final Logger log = LoggerFactory.getLogger(ClientNames.class);
  private static final long WARNING_NANOS = TimeUnit.SECONDS.toNanos(10);

  /**
   * What was found, and how long that holds.
   *
   * @param valid empty for as long as the settings say
   */
  private record Found(ClientName name, Optional<Duration> valid) {
    static Found of(ClientName name) {
      return new Found(name, Optional.empty());
    }
  }

  private final DnsClient dns;
  private final HostsFile hosts;
  private final ClientNamesConfig limits;
  private final Cache<InetAddress, Found> known;
  private final ConcurrentMap<InetAddress, CompletableFuture<ClientName>> underWay =
      new ConcurrentHashMap<>();
  private final Semaphore permits;
  private final Runnable onSkip;
  private final LongAdder skipped = new LongAdder();
  private final AtomicLong warnedNanos = new AtomicLong(System.nanoTime() - WARNING_NANOS);

  /**
   * Asks the hosts file and the name servers that the settings name.
   *
   * @param onSkip called for each address that is not looked up because too many lookups are under
   *     way
   */
  public ClientNames(ClientNamesConfig settings, Runnable onSkip) {
    this(DnsClient.of(settings), HostsFile.ofSystem(), settings, onSkip);
  }

  ClientNames(DnsClient dns, HostsFile hosts, ClientNamesConfig limits, Runnable onSkip) {
    this.dns = dns;
    this.hosts = hosts;
    this.limits = limits;
    this.onSkip = onSkip;
    this.permits = new Semaphore(limits.concurrent());
    this.known =
        Caffeine.newBuilder()
            .maximumSize(limits.cacheSize())
            .expireAfter(Expiry.<InetAddress, Found>writing((address, found) -> keep(found)))
            .build();
  }

  private Duration keep(Found found) {
    Duration longest = found.name().status() == Status.TEMP ? TROUBLE_TIME : limits.cacheTime();
    Duration valid = found.valid().orElse(longest);
    Duration shorter = valid.compareTo(longest) < 0 ? valid : longest;
    return shorter.compareTo(limits.cacheTime()) < 0 ? shorter : limits.cacheTime();
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
    Found cached = known.getIfPresent(address);
    if (cached != null) {
      return cached.name();
    }
    CompletableFuture<ClientName> mine = new CompletableFuture<>();
    CompletableFuture<ClientName> other = underWay.putIfAbsent(address, mine);
    if (other != null) {
      return await(other);
    }
    begin(address, mine);
    return await(mine);
  }

  private void skip() {
    onSkip.run();
    skipped.increment();
    long now = System.nanoTime();
    long before = warnedNanos.get();
    if (now - before >= WARNING_NANOS && warnedNanos.compareAndSet(before, now)) {
      log.warn(
          "client names: {} lookups are in progress; {} clients so far have no name because of"
              + " that",
          limits.concurrent(),
          skipped.sum());
    }
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

  @SuppressWarnings("FutureReturnValueIgnored") // its last stage completes the result
  private void begin(InetAddress address, CompletableFuture<ClientName> result) {
    if (!permits.tryAcquire()) {
      skip();
      underWay.remove(address, result);
      result.complete(ClientName.unknown(Status.TEMP));
      return;
    }
    AtomicReference<Found> soFar = new AtomicReference<>(Found.of(ClientName.unknown(Status.TEMP)));
    CompletableFuture<Found> lookup = find(address, soFar);
    lookup
        .whenComplete((found, failure) -> permits.release())
        .exceptionally(failure -> soFar.get())
        .copy() // so that the time limit ends the wait, and not the lookup, which holds the permit
        .orTimeout(limits.timeout().toNanos(), TimeUnit.NANOSECONDS)
        .exceptionally(late -> soFar.get())
        .thenAccept(found -> {
          try {
            known.put(address, found);
          } finally {
            underWay.remove(address, result);
            result.complete(found.name());
          }
        });
  }

  /**
   * @param soFar gets what is known if the lookup fails halfway
   */
  private CompletableFuture<Found> find(InetAddress address, AtomicReference<Found> soFar) {
    try {
      Optional<String> local = hosts.name(address);
      if (local.isPresent()) {
        return confirm(address, local.get(), Optional.empty(), soFar);
      }
      return dns.ask(HostName.reverse(address), Type.PTR)
          .thenCompose(answer -> {
            // The first if there are several, as every other server takes it.
            Optional<String> pointer =
                answer.records().stream()
                    .findFirst()
                    .map(found -> HostName.text(((PTRRecord) found).getTarget()));
            return pointer.isEmpty()
                ? CompletableFuture.completedFuture(Found.of(ClientName.unknown(Status.FAIL)))
                : confirm(address, pointer.get(), answer.valid(), soFar);
          });
    } catch (RuntimeException | Error e) {
      return CompletableFuture.failedFuture(e); // or the permit would never come back
    }
  }

  /** Asks whether the name has the address; a name that is not fit for use counts as none. */
  private CompletableFuture<Found> confirm(
      InetAddress address, String pointer, Optional<Duration> valid, AtomicReference<Found> soFar) {
    if (!HostNames.isMailName(pointer)) {
      return CompletableFuture.completedFuture(new Found(ClientName.unknown(Status.FAIL), valid));
    }
    soFar.set(Found.of(ClientName.unconfirmed(pointer, Status.TEMP)));
    if (hosts.addresses(pointer).contains(address)) {
      return CompletableFuture.completedFuture(new Found(ClientName.verified(pointer), valid));
    }
    int type = address.getAddress().length == 4 ? Type.A : Type.AAAA;
    return dns.ask(HostName.absolute(pointer), type)
        .thenApply(answer ->
            answer.records().stream().anyMatch(found -> address(found).equals(address))
                ? new Found(ClientName.verified(pointer), shorter(valid, answer.valid()))
                : new Found(ClientName.unconfirmed(pointer, Status.FORGED), valid));
  }

  private static Optional<Duration> shorter(Optional<Duration> one, Optional<Duration> other) {
    return Stream.of(one, other).flatMap(Optional::stream).min(Comparator.naturalOrder());
  }

  static InetAddress address(Record found) {
    return found instanceof AAAARecord six ? six.getAddress() : ((ARecord) found).getAddress();
  }
}
