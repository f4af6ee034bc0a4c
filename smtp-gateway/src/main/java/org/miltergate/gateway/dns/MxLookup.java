package org.miltergate.gateway.dns;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.miltergate.address.Domains;
import org.miltergate.address.HostNames;
import org.miltergate.gateway.dns.MxLookupException.Reason;
import org.miltergate.milter.text.DurationText;
import org.xbill.DNS.MXRecord;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.Type;

/**
 * Finds the hosts that take mail for a domain.
 *
 * <p>Of the hosts of a domain the {@value #MAX_HOSTS} with the lowest preference are checked;
 * equals come in random order, so that load is spread. A domain without MX record is its own host.
 * What was found is kept as long as its records say, one hour at most; that there is nothing, for a
 * minute. Only the DNS is asked, not the hosts file.
 *
 * <p>Thread-safe.
 *
 * @see "RFC 5321 5.1, RFC 7505; postfix src/smtp/smtp_addr.c"
 */
public final class MxLookup {
  private static final int MAX_HOSTS = 10;
  private static final int MAX_ADDRESSES = 10;
  private static final int CACHE_SIZE = 1000;
  private static final Duration LEAST_TIME = Duration.ofSeconds(5);
  private static final Duration LONGEST_TIME = Duration.ofHours(1);
  private static final Duration NEGATIVE_TIME = Duration.ofMinutes(1);

  /** What a lookup led to, and how long that holds. */
  private sealed interface Result {
    record Found(List<MxHost> hosts, Duration valid) implements Result {}

    record Missing(Reason reason, String message) implements Result {}
  }

  private record Addresses(List<InetAddress> addresses, Duration valid) {}

  /** An MX host, which may have no address, or none that is known for now. */
  private record Candidate(Optional<MxHost> host, Optional<Throwable> failure, Duration valid) {
    static Candidate of(String name, int preference, Addresses found) {
      Optional<MxHost> host =
          found.addresses().isEmpty()
              ? Optional.empty()
              : Optional.of(new MxHost(name, preference, found.addresses()));
      return new Candidate(host, Optional.empty(), found.valid());
    }

    static Candidate uncertain(Throwable failure) {
      return new Candidate(Optional.empty(), Optional.of(failure), LEAST_TIME);
    }
  }

  private final DnsClient dns;
  private final Cache<String, Result> known =
      Caffeine.newBuilder()
          .maximumSize(CACHE_SIZE)
          .expireAfter(Expiry.<String, Result>writing((domain, result) -> valid(result)))
          .build();

  public MxLookup(DnsClient dns) {
    this.dns = dns;
  }

  private static Duration valid(Result result) {
    return switch (result) {
      case Result.Found found -> found.valid();
      case Result.Missing missing -> NEGATIVE_TIME;
    };
  }

  /**
   * Returns the hosts of a domain, those to be tried first at first; at least one.
   *
   * @param domain a name in ASCII or Unicode, with or without a last dot; no address literal
   * @param limit for the whole lookup
   * @throws MxLookupException if there are none, or no answer comes in time
   */
  public List<MxHost> lookup(String domain, Duration limit) throws MxLookupException {
    String name = asciiName(domain);
    Result result = known.getIfPresent(name);
    if (result == null) {
      result = ask(name, limit);
      known.put(name, result);
    }
    return switch (result) {
      case Result.Found found -> shuffled(found.hosts());
      case Result.Missing missing ->
          throw new MxLookupException(missing.reason(), missing.message());
    };
  }

  private static String asciiName(String domain) throws MxLookupException {
    String name = domain.endsWith(".") ? domain.substring(0, domain.length() - 1) : domain;
    Optional<String> ascii = Domains.toAscii(name).filter(HostNames::isMailName);
    if (ascii.isEmpty()) {
      throw new MxLookupException(Reason.NO_SUCH_DOMAIN, "'" + domain + "' is not a domain name");
    }
    return ascii.get();
  }

  private Result ask(String domain, Duration limit) throws MxLookupException {
    CompletableFuture<Result> result = find(domain);
    try {
      return result.get(limit.toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new MxLookupException(Reason.NO_ANSWER, "lookup of " + domain + " was interrupted");
    } catch (ExecutionException | TimeoutException e) {
      throw new MxLookupException(
          Reason.NO_ANSWER,
          "no answer from the DNS for " + domain + " within " + DurationText.of(limit));
    }
  }

  private CompletableFuture<Result> find(String domain) {
    return dns.ask(HostName.absolute(domain), Type.MX)
        .thenCompose(answer -> {
          List<MXRecord> records =
              answer.records().stream()
                  .map(MXRecord.class::cast)
                  .sorted(Comparator.comparingInt(MXRecord::getPriority))
                  .toList();
          if (!answer.exists()) {
            return missing(Reason.NO_SUCH_DOMAIN, "there is no domain " + domain);
          }
          return records.isEmpty() ? itself(domain) : hosts(domain, records);
        });
  }

  private static CompletableFuture<Result> missing(Reason reason, String message) {
    return CompletableFuture.completedFuture(new Result.Missing(reason, message));
  }

  private CompletableFuture<Result> itself(String domain) {
    return addresses(domain)
        .thenApply(found ->
            found.addresses().isEmpty()
                ? new Result.Missing(Reason.NO_ADDRESS, domain + " has neither MX nor address")
                : new Result.Found(
                    List.of(new MxHost(domain, 0, found.addresses())), found.valid()));
  }

  private CompletableFuture<Result> hosts(String domain, List<MXRecord> records) {
    if (records.stream().allMatch(mx -> mx.getTarget().equals(Name.root))) {
      return missing(Reason.NULL_MX, "domain " + domain + " accepts no mail (null MX)");
    }
    List<CompletableFuture<Candidate>> candidates =
        records.stream()
            .filter(mx -> HostNames.isMailName(HostName.text(mx.getTarget())))
            .limit(MAX_HOSTS)
            .map(this::candidate)
            .toList();
    return CompletableFuture.allOf(candidates.toArray(CompletableFuture[]::new))
        .thenApply(all ->
            collected(
                domain, ttl(records), candidates.stream().map(CompletableFuture::join).toList()));
  }

  private CompletableFuture<Candidate> candidate(MXRecord mx) {
    String name = HostName.text(mx.getTarget()).toLowerCase(Locale.ROOT);
    return addresses(name)
        .thenApply(found -> Candidate.of(name, mx.getPriority(), found))
        .exceptionally(Candidate::uncertain);
  }

  /** A host whose address is not known for now does not hide the others, if there are any. */
  private static Result collected(String domain, Duration valid, List<Candidate> candidates) {
    List<MxHost> hosts = candidates.stream().flatMap(one -> one.host().stream()).toList();
    Optional<Throwable> failure =
        candidates.stream().flatMap(one -> one.failure().stream()).findFirst();
    if (!hosts.isEmpty()) {
      Duration shortest = candidates.stream().map(Candidate::valid).reduce(valid, MxLookup::min);
      return new Result.Found(hosts, shortest);
    }
    if (failure.isPresent()) {
      throw new CompletionException(failure.get());
    }
    return new Result.Missing(Reason.NO_ADDRESS, "no MX host of " + domain + " has an address");
  }

  private CompletableFuture<Addresses> addresses(String host) {
    Name name = HostName.absolute(host);
    return dns.ask(name, Type.A)
        .thenCombine(
            dns.ask(name, Type.AAAA),
            (four, six) -> {
              List<Record> records = new ArrayList<>(four.records());
              records.addAll(six.records());
              return new Addresses(
                  records.stream().map(ClientNames::address).limit(MAX_ADDRESSES).toList(),
                  ttl(records));
            });
  }

  private static Duration ttl(List<? extends Record> records) {
    long seconds =
        records.stream().mapToLong(Record::getTTL).min().orElse(NEGATIVE_TIME.toSeconds());
    Duration ttl = min(Duration.ofSeconds(seconds), LONGEST_TIME);
    return ttl.compareTo(LEAST_TIME) < 0 ? LEAST_TIME : ttl;
  }

  private static Duration min(Duration one, Duration other) {
    return one.compareTo(other) < 0 ? one : other;
  }

  private static List<MxHost> shuffled(List<MxHost> hosts) {
    List<MxHost> order = new ArrayList<>(hosts);
    Collections.shuffle(order);
    order.sort(Comparator.comparingInt(MxHost::preference)); // stable: equals stay shuffled
    return List.copyOf(order);
  }
}
