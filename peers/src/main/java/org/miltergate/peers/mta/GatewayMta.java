package org.miltergate.peers.mta;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.miltergate.address.HostPort;
import org.miltergate.config.ChainConfig;
import org.miltergate.config.GatewayConfig;
import org.miltergate.config.MilterConfig;
import org.miltergate.config.QuarantineConfig;
import org.miltergate.config.limits.ClientNamesConfig;
import org.miltergate.config.limits.LimitsConfig;
import org.miltergate.config.listener.ListenerConfig;
import org.miltergate.config.nexthop.NextHopConfig;
import org.miltergate.config.policy.PolicyConfig;
import org.miltergate.config.policy.RecipientPattern;
import org.miltergate.config.policy.RefusedRecipient;
import org.miltergate.milter.mail.SmtpReply;
import org.miltergate.peers.TestMails;

/** The gateway in the test's own process, set as the Postfix of the tests is. */
final class GatewayMta implements Mta {
  private final LoggedGateway gateway;
  private final Path quarantine;

  private GatewayMta(LoggedGateway gateway, Path quarantine) {
    this.gateway = gateway;
    this.quarantine = quarantine;
  }

  static GatewayMta start(Path folder, MtaSetup setup) throws IOException {
    GatewayConfig config = config(folder, setup);
    return new GatewayMta(LoggedGateway.start(config), config.quarantine().directory());
  }

  private static GatewayConfig config(Path folder, MtaSetup setup) {
    return GatewayConfig.DEFAULT.with(config ->
        config
            .set(GatewayConfig.HOSTNAME, "mta.test")
            .set(
                GatewayConfig.CLIENT_NAMES,
                ClientNamesConfig.DEFAULT.with(ClientNamesConfig.LOOKUP, false))
            .set(GatewayConfig.LISTENERS, List.of(ListenerConfig.of(new HostPort("127.0.0.1", 0))))
            .set(
                GatewayConfig.CHAIN,
                ChainConfig.of(milters(setup).toArray(MilterConfig[]::new))
                    .with(ChainConfig.PRE_DATA, setup.preData()))
            .set(
                GatewayConfig.NEXT_HOP,
                NextHopConfig.Smtp.of(new HostPort("127.0.0.1", setup.nextHopPort()))
                    .with(NextHopConfig.Smtp.RECIPIENTS_PER_TRANSACTION, 1000))
            .set(
                GatewayConfig.POLICY,
                GatewayConfig.DEFAULT
                    .policy()
                    .with(PolicyConfig.REFUSED_RECIPIENTS, List.of(refused())))
            .set(
                GatewayConfig.LIMITS,
                GatewayConfig.DEFAULT
                    .limits()
                    .with(limits ->
                        limits
                            .set(LimitsConfig.MESSAGE_SIZE, 100L << 20)
                            .set(LimitsConfig.SOFT_ERRORS, 1000)
                            .set(LimitsConfig.HARD_ERRORS, 1000)
                            .set(LimitsConfig.SESSIONS_PER_CLIENT, 1000)))
            .set(GatewayConfig.QUARANTINE, QuarantineConfig.of(folder.resolve("quarantine")))
            .set(GatewayConfig.SPOOL_DIRECTORY, folder.resolve("spool")));
  }

  private static List<MilterConfig> milters(MtaSetup setup) {
    List<MilterConfig> milters = new ArrayList<>();
    for (MtaSetup.MilterSetup milter : setup.milters()) {
      String name = "m" + (milters.size() + 1);
      milters.add(
          MilterConfig.of(name, milter.address())
              .with(config ->
                  config
                      .set(MilterConfig.DEFAULT_ACTION, milter.onFailure())
                      .set(MilterConfig.CONNECT_TIMEOUT, milter.timeout())
                      .set(MilterConfig.COMMAND_TIMEOUT, milter.timeout())
                      .set(MilterConfig.CONTENT_TIMEOUT, milter.timeout())
                      .set(MilterConfig.END_OF_MESSAGE_TIMEOUT, milter.timeout())
                      .set(MilterConfig.PIPELINE, setup.pipeline())));
    }
    return milters;
  }

  /** The reply that Postfix makes of its table. */
  private static RefusedRecipient refused() {
    String text =
        "5.1.1 <%s>: Recipient address rejected: no such user"
            .formatted(TestMails.REFUSED_RECIPIENT);
    return RefusedRecipient.of(RecipientPattern.parse(TestMails.REFUSED_RECIPIENT))
        .with(RefusedRecipient.REPLY, SmtpReply.of(550, text));
  }

  @Override
  public InetSocketAddress smtp() {
    return gateway.addresses().getFirst();
  }

  /** What was accepted has arrived already: the gateway has no queue. */
  @Override
  public void awaitIdle(Duration limit) {}

  @Override
  public int held() throws IOException {
    try (Stream<Path> files = Files.list(quarantine)) {
      return (int) files.filter(file -> file.toString().endsWith(".eml")).count();
    }
  }

  @Override
  public String log() {
    return gateway.log();
  }

  @Override
  public void close() {
    gateway.close();
  }

  @Override
  public String toString() {
    return gateway.toString();
  }
}
