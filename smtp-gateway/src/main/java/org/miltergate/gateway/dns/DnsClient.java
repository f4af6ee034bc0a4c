package org.miltergate.gateway.dns;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import org.miltergate.config.limits.ClientNamesConfig;
import org.xbill.DNS.ExtendedResolver;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.Resolver;
import org.xbill.DNS.ResolverConfig;
import org.xbill.DNS.SimpleResolver;
import org.xbill.DNS.Type;
import org.xbill.DNS.lookup.LookupSession;
import org.xbill.DNS.lookup.NoSuchDomainException;
import org.xbill.DNS.lookup.NoSuchRRSetException;

/**
 * Puts questions to recursive name servers.
 *
 * <p>Answers are matched with their question (id, name, type), aliases are followed up to a limit,
 * and truncated answers are asked for again by TCP. Nothing is cached here. Thread-safe; no thread
 * waits for an answer.
 */
public final class DnsClient {
  private static final int MAX_ALIASES = 8;
  private static final int MAX_RECORDS = 200;
  private static final int TRIES = 2;
  private static final Duration LEAST_TIME = Duration.ofMillis(200);

  /**
   * What came back.
   *
   * @param records of the type that was asked for; empty if the name has none
   * @param exists whether the name exists, be it without such records
   */
  record Answer(List<Record> records, boolean exists) {
    Answer {
      records = List.copyOf(records);
    }

    /** Returns how long the records hold; empty if there are none. */
    Optional<Duration> valid() {
      return records.stream()
          .map(found -> Duration.ofSeconds(found.getTTL()))
          .min(Comparator.naturalOrder());
    }
  }

  private final LookupSession session;

  /**
   * @param servers asked in turn; empty for those of the system
   * @param timeout for one question with all its repetitions; whoever asks has to set the limit of
   *     his own wait, since time is only checked now and then
   */
  public DnsClient(List<InetSocketAddress> servers, Duration timeout) {
    List<InetSocketAddress> asked =
        servers.isEmpty() ? ResolverConfig.getCurrentConfig().servers() : servers;
    Duration perTry = timeout.dividedBy((long) TRIES * Math.max(1, asked.size()));
    Duration limit = perTry.compareTo(LEAST_TIME) < 0 ? LEAST_TIME : perTry;
    ExtendedResolver resolver =
        new ExtendedResolver(asked.stream().map(server -> single(server, limit)).toList());
    resolver.setRetries(TRIES);
    resolver.setTimeout(timeout);
    Executor executor = Executors.newVirtualThreadPerTaskExecutor();
    session =
        LookupSession.builder()
            .resolver(resolver)
            .maxRedirects(MAX_ALIASES)
            .executor(executor)
            .build();
  }

  /** Returns a client as the settings of client names say. */
  static DnsClient of(ClientNamesConfig settings) {
    List<InetSocketAddress> servers =
        settings.servers().stream()
            .map(server -> new InetSocketAddress(server.host(), server.port()))
            .toList();
    return new DnsClient(servers, settings.timeout());
  }

  private static Resolver single(InetSocketAddress server, Duration limit) {
    SimpleResolver resolver = new SimpleResolver(server);
    resolver.setTimeout(limit);
    return resolver;
  }

  /**
   * Asks for the records of a name.
   *
   * @param type of {@link Type}
   * @return completes with a {@link DnsException} if there is no answer
   */
  CompletableFuture<Answer> ask(Name name, int type) {
    CompletionStage<Answer> answer;
    try {
      answer =
          session
              .lookupAsync(name, type)
              .thenApply(result ->
                  new Answer(
                      result.getRecords().stream()
                          .filter(found -> found.getType() == type)
                          .limit(MAX_RECORDS)
                          .toList(),
                      true));
    } catch (RuntimeException | Error e) {
      answer = CompletableFuture.failedFuture(e);
    }
    return answer
        .toCompletableFuture()
        .exceptionally(failure -> withoutRecords(name, type, failure));
  }

  private static Answer withoutRecords(Name name, int type, Throwable failure) {
    Throwable cause = failure.getCause() == null ? failure : failure.getCause();
    if (cause instanceof NoSuchDomainException) {
      return new Answer(List.of(), false);
    }
    if (cause instanceof NoSuchRRSetException) {
      return new Answer(List.of(), true);
    }
    throw new CompletionException(
        new DnsException(
            "no answer from the DNS for %s %s".formatted(Type.string(type), name), cause));
  }
}
