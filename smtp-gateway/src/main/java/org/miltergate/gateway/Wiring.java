package org.miltergate.gateway;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.miltergate.config.GatewayConfig;
import org.miltergate.config.MilterConfig;
import org.miltergate.config.auth.AuthConfig;
import org.miltergate.config.limits.LimitsConfig;
import org.miltergate.gateway.auth.ConfiguredUsers;
import org.miltergate.gateway.auth.SaslServer;
import org.miltergate.gateway.auth.Users;
import org.miltergate.gateway.relay.NextHop;
import org.miltergate.milter.bytes.Bytes;
import org.miltergate.milter.chain.ChainListener;
import org.miltergate.milter.chain.MilterChain;
import org.miltergate.milter.chain.PreData;
import org.miltergate.milter.mail.BodyStore;
import org.miltergate.milter.session.MacroLists;
import org.miltergate.milter.session.MilterClient;
import org.miltergate.milter.wire.MacroStage;

/** Makes the parts of a gateway from their settings. */
final class Wiring {
  private Wiring() {}

  static MilterChain chain(GatewayConfig config, BodyStore bodies, ChainListener listener) {
    MacroLists lists = macroLists(config);
    MilterChain.Builder chain =
        MilterChain.builder(bodies).preData(preData(config)).listener(listener);
    config.chain().milters().forEach(milter -> chain.add(client(milter, config.limits(), lists)));
    return chain.build();
  }

  private static PreData preData(GatewayConfig config) {
    return switch (config.chain().preData()) {
      case TOGETHER -> PreData.TOGETHER;
      case SERIAL -> PreData.SERIAL;
    };
  }

  private static MacroLists macroLists(GatewayConfig config) {
    MacroLists lists = MacroLists.DEFAULT;
    for (Map.Entry<MacroStage, List<String>> stage : config.macros().stages().entrySet()) {
      List<Bytes> names = stage.getValue().stream().map(Bytes::ofLatin1).toList();
      lists = lists.with(stage.getKey(), names);
    }
    return lists;
  }

  private static MilterClient client(MilterConfig milter, LimitsConfig limits, MacroLists lists) {
    return MilterClient.builder(milter.name(), milter.address())
        .connectTimeout(milter.connectTimeout())
        .commandTimeout(milter.commandTimeout())
        .contentTimeout(milter.contentTimeout())
        .endOfMessageTimeout(milter.endOfMessageTimeout())
        .onFailure(milter.defaultAction())
        .unagreedEdits(milter.unagreedEdits())
        .version(milter.protocol())
        .maxEdits(milter.maxEdits())
        .maxEditBytes(milter.maxEditBytes(limits))
        .pipeline(milter.pipeline())
        .macroLists(lists)
        .build();
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
    return NextHop.open(config.nextHop(), config.hostname(), config.spoolDirectory());
  }
}
