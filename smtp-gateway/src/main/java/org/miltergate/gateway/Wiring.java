package org.miltergate.gateway;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.miltergate.config.GatewayConfig;
import org.miltergate.config.MilterConfig;
import org.miltergate.config.auth.AuthConfig;
import org.miltergate.gateway.auth.ConfiguredUsers;
import org.miltergate.gateway.auth.SaslServer;
import org.miltergate.gateway.auth.Users;
import org.miltergate.gateway.relay.NextHop;
import org.miltergate.gateway.relay.route.NextHops;
import org.miltergate.milter.body.BodyStore;
import org.miltergate.milter.bytes.Bytes;
import org.miltergate.milter.chain.ChainListener;
import org.miltergate.milter.chain.MilterChain;
import org.miltergate.milter.session.MacroLists;
import org.miltergate.milter.wire.MacroStage;

/** Makes the parts of a gateway from their settings. */
final class Wiring {
  private Wiring() {}

  static MilterChain chain(GatewayConfig config, BodyStore bodies, ChainListener listener) {
    MacroLists lists = macroLists(config);
    MilterChain.Builder chain =
        MilterChain.builder(bodies).preData(config.chain().preData()).listener(listener);
    for (MilterConfig milter : config.chain().milters()) {
      chain.add(milter.client(config.limits()).macroLists(lists).build());
    }
    return chain.build();
  }

  private static MacroLists macroLists(GatewayConfig config) {
    MacroLists lists = MacroLists.DEFAULT;
    for (Map.Entry<MacroStage, List<String>> stage : config.macros().stages().entrySet()) {
      List<Bytes> names = stage.getValue().stream().map(Bytes::ofLatin1).toList();
      lists = lists.with(stage.getKey(), names);
    }
    return lists;
  }

  /**
   * @param own users of the embedder, instead of those of the configuration
   */
  static SaslServer sasl(AuthConfig config, Path stateDirectory, @Nullable Users own)
      throws IOException {
    if (own != null) {
      return new SaslServer(own, config.mechanisms());
    }
    return config.hasUsers()
        ? new SaslServer(ConfiguredUsers.open(config, stateDirectory), config.mechanisms())
        : SaslServer.NONE;
  }

  static NextHop nextHop(GatewayConfig config) throws IOException {
    return NextHops.open(
        config.nextHop(), config.routes(), config.hostname(), config.spoolDirectory());
  }
}
