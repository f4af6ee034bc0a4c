package org.miltergate.config.yaml;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.miltergate.address.HostPort;
import org.miltergate.config.BareNewlines;
import org.miltergate.config.GatewayConfig;
import org.miltergate.config.MilterConfig;
import org.miltergate.config.RecipientCheck;
import org.miltergate.config.listener.ListenerConfig;
import org.miltergate.config.nexthop.NextHopConfig;
import org.miltergate.config.nexthop.NextHopTarget;
import org.miltergate.config.nexthop.RouteConfig;
import org.miltergate.config.text.SizeText;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/** Checks across several settings. */
final class CrossChecks {
  private static final Pattern IPV4 = Pattern.compile("[0-9.]+");
  private static final Set<String> LOOPBACK = Set.of("127.0.0.1", "::1", "localhost");

  private CrossChecks() {}

  /** Reports settings that contradict each other; ignores parts that are wrong by themselves. */
  static void check(GatewayConfig config, Node root, Findings findings) {
    boolean knowsNextHops = findings.isClean("next-hop") && findings.isClean("routes");
    if (knowsNextHops && findings.isClean("listeners")) {
      checkNextHopsAreNotUs(config, root, findings);
      checkRoutes(config, root, findings);
    }
    if (knowsNextHops && findings.isClean("quarantine")) {
      checkDirectoriesDiffer(config, root, findings);
    }
    if (findings.isClean("auth") && findings.isClean("listeners")) {
      LoginChecks.check(config, root, findings);
    }
    if (config.bareNewlines() == BareNewlines.ACCEPT) {
      findings.warning(
          YamlSource.valueOf(root, "bare-newlines").orElse(root),
          "bare-newlines",
          "mail can be smuggled in by everybody; write reject, and the networks that need it in"
              + " bare-newlines-except");
    }
    if (findings.isClean("listeners")) {
      checkListenersDiffer(config, root, findings);
    }
    ExposureWarnings.warn(config, root, findings);
    if (findings.isClean("chain") && findings.isClean("limits")) {
      warnOfSmallEdits(config, root, findings);
    }
    Optional<Node> wantsCheck = YamlSource.valueOf(root, "recipient-check");
    if (wantsCheck.isPresent()
        && config.delivery().recipientCheck() == RecipientCheck.NEXT_HOP
        && config.nextHop() instanceof NextHopConfig.Maildir
        && config.routes().isEmpty()) {
      findings.warning(
          wantsCheck.get(),
          "recipient-check",
          "a Maildir accepts every recipient: nothing is checked");
    }
  }

  /** A milter that adds a line to each body replaces the whole body. */
  private static void warnOfSmallEdits(GatewayConfig config, Node root, Findings findings) {
    List<MilterConfig> milters = config.chain().milters();
    long most = config.limits().maxMessageBytes();
    for (int i = 0; i < milters.size(); i++) {
      if (milters.get(i).maxEditBytes(config.limits()) < most
          && YamlSource.valueOf(root, "chain").orElse(root) instanceof SequenceNode list) {
        Node milter = list.getValue().get(i);
        findings.warning(
            YamlSource.valueOf(milter, "max-edit-size").orElse(milter),
            "chain[" + i + "].max-edit-size",
            String.format(
                Locale.ROOT,
                "%s is below limits.message-size, %s: a larger message whose body the milter"
                    + " replaces is answered with 451; leave it out to follow message-size",
                SizeText.format(milters.get(i).maxEditBytes(config.limits())),
                SizeText.format(most)));
      }
    }
  }

  /** Two listeners cannot have one port, unless at different addresses of this host. */
  private static void checkListenersDiffer(GatewayConfig config, Node root, Findings findings) {
    Places places = new Places("", Optional.of(root));
    List<ListenerConfig> listeners = config.listeners();
    for (int i = 0; i < listeners.size(); i++) {
      for (int k = 0; k < i; k++) {
        if (overlap(listeners.get(k).address(), listeners.get(i).address())) {
          String path = "listeners[" + i + "].address";
          findings.problem(
              places.nearest(path),
              path,
              String.format(
                  Locale.ROOT,
                  "'%s' is part of listeners[%d].address, '%s'; write another port or leave one"
                      + " out",
                  listeners.get(i).address(),
                  k,
                  listeners.get(k).address()));
        }
      }
    }
  }

  private static boolean overlap(HostPort one, HostPort other) {
    return one.port() == other.port()
        && one.port() != 0
        && !one.host().equals(other.host()) // that is another problem
        && (includes(one.host(), other.host()) || includes(other.host(), one.host()));
  }

  /** An address for all interfaces includes only those of its own family. */
  private static boolean includes(String every, String host) {
    return (every.equals("::") && host.indexOf(':') >= 0)
        || (every.equals("0.0.0.0") && IPV4.matcher(host).matches());
  }

  private static void checkNextHopsAreNotUs(GatewayConfig config, Node root, Findings findings) {
    Places places = new Places("", Optional.of(root));
    config
        .nextHops()
        .forEach((path, nextHop) -> {
          switch (nextHop) {
            case NextHopConfig.Maildir maildir -> {}
            case NextHopConfig.Smtp smtp -> checkIsNotUs(smtp, config, places, path, findings);
            case NextHopConfig.Several several -> {
              for (int i = 0; i < several.hops().size(); i++) {
                String entry = path + "[" + i + "]";
                checkIsNotUs(several.hops().get(i), config, places, entry, findings);
              }
            }
          }
        });
  }

  /** Finds routes of listeners that there are not, and those that nothing can take. */
  private static void checkRoutes(GatewayConfig config, Node root, Findings findings) {
    Places places = new Places("", Optional.of(root));
    Set<String> names =
        config.listeners().stream().map(ListenerConfig::name).collect(Collectors.toSet());
    int everything = -1;
    for (int i = 0; i < config.routes().size(); i++) {
      RouteConfig route = config.routes().get(i);
      String path = "routes[" + i + "]";
      for (String name : route.listeners()) {
        if (!names.contains(name)) {
          findings.problem(
              places.nearest(path + ".listeners"),
              path + ".listeners",
              "no listener has the name '%s'; write one of %s"
                  .formatted(name, String.join(", ", names.stream().sorted().toList())));
        }
      }
      if (everything >= 0) {
        findings.warning(
            places.nearest(path),
            path,
            String.format(
                Locale.ROOT,
                "never used: routes[%d] takes everything before it; put this one first",
                everything));
      } else if (takesEverything(route)) {
        everything = i;
      }
    }
  }

  private static boolean takesEverything(RouteConfig route) {
    return route.recipients().isEmpty()
        && route.clients().isEmpty()
        && route.listeners().isEmpty()
        && !route.goesToMx();
  }

  private static void checkIsNotUs(
      NextHopConfig.Smtp smtp,
      GatewayConfig config,
      Places places,
      String path,
      Findings findings) {
    if (!(smtp.target() instanceof NextHopTarget.Host host)) {
      return;
    }
    for (ListenerConfig listener : config.listeners()) {
      if (reaches(host.address(), listener.address())) {
        findings.problem(
            places.nearest(path),
            path,
            "'%s' is this gateway's own listener %s, mail would loop; write another"
                .formatted(smtp.address(), listener.address()));
      }
    }
  }

  private static boolean reaches(HostPort target, HostPort listener) {
    boolean sameHost =
        target.host().equalsIgnoreCase(listener.host())
            || (LOOPBACK.contains(target.host())
                && (isEveryAddressOf(target.host(), listener.host())
                    || (target.host().equals("localhost") && LOOPBACK.contains(listener.host()))));
    return sameHost && target.port() == listener.port();
  }

  /** {@code ::} is for both families, {@code 0.0.0.0} for IPv4 only. */
  private static boolean isEveryAddressOf(String target, String listener) {
    return listener.equals("::") || listener.equals("0.0.0.0") && !target.equals("::1");
  }

  private static void checkDirectoriesDiffer(GatewayConfig config, Node root, Findings findings) {
    Places places = new Places("", Optional.of(root));
    Path held = config.quarantine().directory().normalize();
    config
        .nextHops()
        .forEach((path, nextHop) -> {
          if (nextHop instanceof NextHopConfig.Maildir maildir
              && maildir.path().normalize().equals(held)) {
            findings.problem(
                places.nearest("quarantine.directory").or(() -> places.nearest(path)),
                "quarantine.directory",
                "'%s' is also where accepted mail goes; write another"
                    .formatted(config.quarantine().directory()));
          }
        });
  }
}
