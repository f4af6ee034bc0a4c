package org.miltergate.gateway.relay.route;

import java.io.IOException;
import java.nio.file.Path;
import org.miltergate.config.nexthop.NextHopConfig;
import org.miltergate.gateway.relay.NextHop;
import org.miltergate.gateway.relay.delivery.SmtpNextHop;
import org.miltergate.gateway.relay.maildir.MaildirNextHop;

/** Opens next hops of every kind. */
public final class NextHops {
  private NextHops() {}

  /**
   * Opens the next hop that the configuration names; does not connect to it yet.
   *
   * @param hostName our own, for EHLO and names of files
   * @param spool directory for what has to be remembered across restarts; created if missing
   * @throws IOException if a directory cannot be made or used, or a file with certificates cannot
   *     be read
   */
  public static NextHop open(NextHopConfig config, String hostName, Path spool) throws IOException {
    return switch (config) {
      case NextHopConfig.Smtp smtp -> SmtpNextHop.open(smtp, hostName, spool);
      case NextHopConfig.Several several -> SmtpNextHop.open(several.hops(), hostName, spool);
      case NextHopConfig.Maildir maildir -> MaildirNextHop.open(maildir, hostName, spool);
    };
  }
}
