package org.miltergate.it.mta;

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
import org.miltergate.config.listener.ListenerConfig;
import org.miltergate.config.nexthop.NextHopConfig;
import org.miltergate.config.policy.RecipientPattern;
import org.miltergate.config.policy.RefusedRecipient;
import org.miltergate.it.TestMails;
import org.miltergate.milter.mail.SmtpReply;

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
            .hostname("mta.test")
            .clientNames(ClientNamesConfig.DEFAULT.withLookup(false))
            .listeners(List.of(ListenerConfig.of(new HostPort("127.0.0.1", 0))))
            .chain(new ChainConfig(milters(setup), setup.preData()))
            .nextHop(
                NextHopConfig.Smtp.of(new HostPort("127.0.0.1", setup.nextHopPort()))
                    .with(c -> c.recipientsPerTransaction(1000)))
            .policy(GatewayConfig.DEFAULT.policy().withRefusedRecipients(List.of(refused())))
            .limits(
                GatewayConfig.DEFAULT
                    .limits()
                    .with(limits ->
                        limits
                            .maxMessageBytes(100L << 20)
                            .softErrors(1000)
                            .hardErrors(1000)
                            .maxSessionsPerClient(1000)))
            .quarantine(new QuarantineConfig(folder.resolve("quarantine")))
            .spoolDirectory(folder.resolve("spool")));
  }

  private static List<MilterConfig> milters(MtaSetup setup) {
    List<MilterConfig> milters = new ArrayList<>();
    for (MtaSetup.MilterSetup milter : setup.milters()) {
      String name = "m" + (milters.size() + 1);
      milters.add(
          MilterConfig.of(name, milter.address())
              .with(config ->
                  config
                      .defaultAction(milter.onFailure())
                      .connectTimeout(milter.timeout())
                      .commandTimeout(milter.timeout())
                      .contentTimeout(milter.timeout())
                      .endOfMessageTimeout(milter.timeout())
                      .pipeline(setup.pipeline())));
    }
    return milters;
  }

  /** The reply that Postfix makes of its table. */
  private static RefusedRecipient refused() {
    String text =
        "5.1.1 <%s>: Recipient address rejected: no such user"
            .formatted(TestMails.REFUSED_RECIPIENT);
    return RefusedRecipient.of(RecipientPattern.parse(TestMails.REFUSED_RECIPIENT))
        .withReply(SmtpReply.of(550, text));
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
