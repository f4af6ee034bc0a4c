package org.miltergate.config.yaml;

import java.util.List;
import java.util.Optional;
import org.miltergate.address.Cidr;
import org.miltergate.config.GatewayConfig;
import org.miltergate.config.listener.ListenerConfig;
import org.miltergate.config.nexthop.NextHopConfig;
import org.miltergate.config.nexthop.NextHopConfig.Smtp;
import org.miltergate.config.nexthop.TlsLevel;
import org.miltergate.config.tls.ClientCertificates;
import org.miltergate.config.tls.TlsServerConfig;
import org.snakeyaml.engine.v2.nodes.Node;

/** Warnings about settings that probably allow more than intended. */
final class ExposureWarnings {
  /** No network with such a short prefix belongs to a single owner. */
  private static final int SHORTEST_IPV4 = 8;

  private static final int SHORTEST_IPV6 = 16;

  private final Places places;
  private final Findings findings;

  private ExposureWarnings(Places places, Findings findings) {
    this.places = places;
    this.findings = findings;
  }

  /** Reports on the parts that are valid by themselves. */
  static void warn(GatewayConfig config, Node root, Findings findings) {
    ExposureWarnings warnings = new ExposureWarnings(new Places("", Optional.of(root)), findings);
    if (findings.isClean("policy")) {
      warnings.ofPolicy(config);
    }
    if (findings.isClean("listeners")) {
      for (int i = 0; i < config.listeners().size(); i++) {
        warnings.ofListener(config.listeners().get(i), "listeners[" + i + "]");
      }
    }
    if (findings.isClean("next-hop") && findings.isClean("routes")) {
      config.nextHops().forEach((path, nextHop) -> warnings.ofNextHop(nextHop, path));
    }
  }

  private void ofPolicy(GatewayConfig config) {
    networks(
        config.policy().trustedNetworks(),
        "policy.trusted-networks",
        "whoever reaches a listener may send to everybody");
    networks(
        config.policy().xclientNetworks(),
        "policy.xclient-networks",
        "whoever reaches a listener can pass as a trusted client");
    networks(
        config.policy().xforwardNetworks(),
        "policy.xforward-networks",
        "whoever reaches a listener may write into the log where mail comes from");
  }

  private void ofListener(ListenerConfig listener, String path) {
    networks(
        listener.proxyProtocol(),
        path + ".proxy-protocol",
        "whoever reaches this listener can pass as a trusted client");
    TlsServerConfig tls = listener.tls();
    boolean asks = tls.clientCertificates() != ClientCertificates.NONE;
    if (asks && tls.clientCa().isEmpty()) {
      warn(
          path + ".tls.client-certificates",
          "without client-ca, certificates of every authority that Java knows are trusted");
    }
    if (!asks && tls.clientCa().isPresent()) {
      warn(path + ".tls.client-ca", "is not used: client-certificates is none");
    }
  }

  private void ofNextHop(NextHopConfig nextHop, String path) {
    switch (nextHop) {
      case NextHopConfig.Maildir maildir -> {}
      case Smtp smtp -> ofNextHop(smtp, path);
      case NextHopConfig.Several several -> {
        for (int i = 0; i < several.hops().size(); i++) {
          ofNextHop(several.hops().get(i), path + "[" + i + "]");
        }
      }
    }
  }

  private void ofNextHop(Smtp hop, String path) {
    if (hop.tls().ca().isPresent() && hop.tls().level() != TlsLevel.VERIFY) {
      warn(
          path + ".tls-ca",
          "certificates are checked, and mail is held back, only with tls: verify");
    }
  }

  private void networks(List<Cidr> networks, String path, String danger) {
    for (int i = 0; i < networks.size(); i++) {
      Cidr network = networks.get(i);
      if (network.matchesAll()) {
        warn(path + "[" + i + "]", "'%s' is every address: %s".formatted(network, danger));
      } else if (isVast(network)) {
        warn(
            path + "[" + i + "]",
            "'%s' is a large part of all addresses: %s".formatted(network, danger));
      }
    }
  }

  private static boolean isVast(Cidr network) {
    byte[] octets = network.network().getAddress();
    boolean uniqueLocal = octets.length == 16 && (octets[0] & 0xfe) == 0xfc;
    boolean linkLocal = octets.length == 16 && (octets[0] & 0xff) == 0xfe;
    int shortest = octets.length == 4 ? SHORTEST_IPV4 : SHORTEST_IPV6;
    return network.prefixLength() < shortest && !uniqueLocal && !linkLocal;
  }

  private void warn(String path, String text) {
    findings.warning(places.nearest(path), path, text);
  }
}
