package org.miltergate.gateway.relay.route;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.miltergate.config.nexthop.NextHopConfig;
import org.miltergate.config.nexthop.RouteConfig;
import org.miltergate.gateway.dns.DnsClient;
import org.miltergate.gateway.dns.MxLookup;
import org.miltergate.gateway.relay.NextHop;
import org.miltergate.gateway.relay.delivery.SmtpNextHop;
import org.miltergate.gateway.relay.maildir.MaildirNextHop;

/** Opens next hops of every kind. */
public final class NextHops {
  private static final Duration DNS_TIMEOUT = Duration.ofSeconds(20);

  private NextHops() {}

  /**
   * Opens the next hops that the configuration names; does not connect to them yet.
   *
   * @param config takes what no route does
   * @param hostName our own, for EHLO and names of files
   * @param spool directory for what has to be remembered across restarts; created if missing
   * @throws IOException if a directory cannot be made or used, or a file with certificates cannot
   *     be read
   */
  public static NextHop open(
      NextHopConfig config, List<RouteConfig> routes, String hostName, Path spool)
      throws IOException {
    return open(config, routes, hostName, spool, systemLookup());
  }

  static NextHop open(
      NextHopConfig config, List<RouteConfig> routes, String hostName, Path spool, MxLookup lookup)
      throws IOException {
    return routes.isEmpty()
        ? open(config, hostName, spool)
        : RoutedNextHop.open(routes, config, hostName, spool, lookup);
  }

  private static MxLookup systemLookup() {
    return new MxLookup(new DnsClient(List.of(), DNS_TIMEOUT));
  }

  /** Opens the next hop of all mail; as with routes. */
  public static NextHop open(NextHopConfig config, String hostName, Path spool) throws IOException {
    return switch (config) {
      case NextHopConfig.Smtp smtp -> SmtpNextHop.open(smtp, hostName, spool);
      case NextHopConfig.Several several -> SmtpNextHop.open(several.hops(), hostName, spool);
      case NextHopConfig.Maildir maildir -> MaildirNextHop.open(maildir, hostName, spool);
    };
  }
}
