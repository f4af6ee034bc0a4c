package org.miltergate.config.yaml;

import java.util.List;
import java.util.Optional;
import org.miltergate.config.GatewayConfig;
import org.miltergate.config.auth.AuthConfig;
import org.miltergate.config.listener.ListenerAuth;
import org.miltergate.config.listener.ListenerConfig;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/** Checks that clients that must log in can do so. */
final class LoginChecks {
  private LoginChecks() {}

  static void check(GatewayConfig config, Node root, Findings findings) {
    AuthConfig auth = config.auth();
    List<ListenerConfig> listeners = config.listeners();
    for (int i = 0; i < listeners.size(); i++) {
      ListenerConfig listener = listeners.get(i);
      if (listener.auth() == ListenerAuth.REQUIRED) {
        Node node = authNode(root, i);
        String path = "listeners[" + i + "].auth";
        if (!auth.hasUsers()) {
          findings.problem(node, path, "nobody can log in; write auth.users or auth.users-file");
        } else if (!offersAuth(listener, auth)) {
          findings.problem(
              node,
              path,
              "nobody can log in, since AUTH is offered inside TLS only; write a section tls, or"
                  + " auth.without-tls: true");
        }
      }
    }
    if (auth.hasUsers() && listeners.stream().noneMatch(one -> offersAuth(one, auth))) {
      findings.warning(
          YamlSource.valueOf(root, "auth").orElse(root),
          "auth",
          "no listener offers AUTH: there is none with TLS, and without-tls is false");
    }
    if (auth.hasUsers() && auth.withoutTls()) {
      warnOfClearText(config, root, findings);
    }
  }

  private static boolean offersAuth(ListenerConfig listener, AuthConfig auth) {
    return listener.auth() != ListenerAuth.OFF && (listener.tls().isOn() || auth.withoutTls());
  }

  private static void warnOfClearText(GatewayConfig config, Node root, Findings findings) {
    if (config.listeners().stream()
        .anyMatch(
            listener -> listener.auth() != ListenerAuth.OFF && !listener.address().isLoopback())) {
      findings.warning(
          YamlSource.valueOf(root, "auth")
              .flatMap(auth -> YamlSource.valueOf(auth, "without-tls"))
              .orElse(root),
          "auth.without-tls",
          "passwords can be read in transit");
    }
  }

  private static Node authNode(Node root, int listener) {
    Optional<Node> list = YamlSource.valueOf(root, "listeners");
    return list.filter(SequenceNode.class::isInstance)
        .map(node -> ((SequenceNode) node).getValue().get(listener))
        .flatMap(node -> YamlSource.valueOf(node, "auth"))
        .or(() -> list)
        .orElse(root);
  }
}
