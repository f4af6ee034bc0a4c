package org.miltergate.gateway.check;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.miltergate.config.GatewayConfig;
import org.miltergate.config.MilterConfig;
import org.miltergate.config.nexthop.NextHopConfig;
import org.miltergate.config.nexthop.NextHopTarget;
import org.miltergate.milter.session.FailurePolicy;
import org.miltergate.milter.text.DurationText;
import org.miltergate.net.ByteStream;
import org.miltergate.net.Endpoint;
import org.miltergate.net.SocketDialer;

/** Whether milters answer, and next hops can be found. All are asked at the same time. */
final class PeerCheck {
  /** One question: where it comes from, and what it finds. */
  private record Question(String path, Callable<Optional<String>> ask) {}

  private PeerCheck() {}

  static List<Finding> check(GatewayConfig config, Duration limit) {
    List<Question> questions = new ArrayList<>();
    List<MilterConfig> milters = config.chain().milters();
    for (int i = 0; i < milters.size(); i++) {
      MilterConfig milter = milters.get(i);
      questions.add(new Question("chain[" + i + "].address", () -> fault(milter, limit)));
    }
    config.nextHops().forEach((path, nextHop) -> questions.addAll(ofNextHop(path, nextHop, limit)));
    return answers(questions, limit);
  }

  private static List<Question> ofNextHop(String path, NextHopConfig nextHop, Duration limit) {
    return switch (nextHop) {
      case NextHopConfig.Maildir maildir -> List.of();
      case NextHopConfig.Smtp smtp ->
          List.of(new Question(path, () -> fault(smtp.target(), limit)));
      case NextHopConfig.Several several -> {
        List<Question> questions = new ArrayList<>();
        for (int i = 0; i < several.hops().size(); i++) {
          NextHopTarget target = several.hops().get(i).target();
          questions.add(new Question(path + "[" + i + "]", () -> fault(target, limit)));
        }
        yield questions;
      }
    };
  }

  private static List<Finding> answers(List<Question> questions, Duration limit) {
    List<Finding> findings = new ArrayList<>();
    // Not closed: that would wait for lookups of names, which nothing can end.
    ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    try {
      List<Future<Optional<String>>> answers =
          threads.invokeAll(
              questions.stream().map(Question::ask).toList(),
              limit.plusSeconds(1).toMillis(),
              TimeUnit.MILLISECONDS);
      for (int i = 0; i < questions.size(); i++) {
        String path = questions.get(i).path();
        text(answers.get(i), limit)
            .map(text -> Finding.warning(path, text))
            .ifPresent(findings::add);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      threads.shutdownNow();
    }
    return findings;
  }

  private static Optional<String> text(Future<Optional<String>> answer, Duration limit)
      throws InterruptedException {
    try {
      return answer.get();
    } catch (CancellationException e) {
      return Optional.of("no answer within " + DurationText.of(limit));
    } catch (ExecutionException e) {
      return Optional.of("cannot be checked: " + e.getCause());
    }
  }

  private static Optional<String> fault(MilterConfig milter, Duration limit) {
    return reach(milter.address(), limit)
        .map(reason ->
            "milter %s at %s cannot be reached: %s; %s"
                .formatted(
                    milter.name(), milter.address(), reason, meanwhile(milter.defaultAction())));
  }

  private static String meanwhile(FailurePolicy action) {
    return switch (action) {
      case ACCEPT -> "until it can, all mail passes it unseen (default-action: accept)";
      case REJECT -> "until it can, all mail is refused (default-action: reject)";
      case TEMPFAIL -> "until it can, all mail is answered with 451 (default-action: tempfail)";
      case QUARANTINE -> "until it can, all mail is held (default-action: quarantine)";
      case SHUTDOWN -> "until it can, all connections are closed (default-action: shutdown)";
    };
  }

  private static Optional<String> fault(NextHopTarget target, Duration limit) {
    return switch (target) {
      case NextHopTarget.Host host -> resolve(host.address().host());
      case NextHopTarget.Unix(var path) ->
          reach(new Endpoint.Unix(path.toAbsolutePath()), limit)
              .map(reason -> "'" + path + "' cannot be reached: " + reason);
      case NextHopTarget.Mx mx -> Optional.empty(); // looked up when there is mail
    };
  }

  private static Optional<String> resolve(String host) {
    try {
      InetAddress.getAllByName(host);
      return Optional.empty();
    } catch (UnknownHostException e) {
      return Optional.of("host '" + host + "' cannot be resolved");
    }
  }

  private static Optional<String> reach(Endpoint address, Duration limit) {
    try (ByteStream connection = new SocketDialer().dial(address, limit)) {
      return Optional.empty();
    } catch (IOException e) {
      return Optional.of(String.valueOf(e.getMessage()));
    }
  }
}
