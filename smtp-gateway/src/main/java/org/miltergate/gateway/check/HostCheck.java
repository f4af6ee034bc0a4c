package org.miltergate.gateway.check;

import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.miltergate.config.GatewayConfig;

/** Compares a configuration with the host that it is to run on. Nothing is changed or made. */
public final class HostCheck {
  private HostCheck() {}

  /**
   * Looks at what a start needs: certificates and keys, users, directories, addresses.
   *
   * @return with at least one problem, a start would fail, except when an address is in use: that
   *     is not found here, since it most often is the gateway that runs already
   */
  public static List<Finding> ofStart(GatewayConfig config) {
    List<Finding> findings = new ArrayList<>();
    findings.addAll(ListenerCheck.check(config.listeners()));
    findings.addAll(new FileCheck(InstantSource.system().instant()).check(config));
    findings.addAll(DirectoryCheck.check(config));
    return findings;
  }

  /**
   * Looks for milters and next hops. What is missing is a warning: it may come later.
   *
   * @param limit for all of them together, above zero
   */
  public static List<Finding> ofPeers(GatewayConfig config, Duration limit) {
    return PeerCheck.check(config, limit);
  }
}
