package org.miltergate.it.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
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
import org.miltergate.config.setting.Changes;
import org.miltergate.it.smtp.Mail;
import org.miltergate.it.smtp.SmtpAnswer;
import org.miltergate.it.smtp.SmtpDialogue;
import org.miltergate.milter.chain.ChainListener;
import org.miltergate.milter.test.smtp.ScriptedSmtpSink;
import org.miltergate.milter.test.smtp.SinkMessage;
import org.miltergate.net.Endpoint;
import org.miltergate.peers.TestMails;
import org.miltergate.peers.milters.RealMilter;
import org.miltergate.peers.mta.LoggedGateway;
import org.miltergate.peers.process.Lab;

/**
 * A gateway with a chain of milters, its sink, its quarantine and its log. It takes what another
 * one of its name has passed on.
 */
final class GatewayUnderTest implements Lab.Logged {
  private final LoggedGateway gateway;
  private final ScriptedSmtpSink sink;
  private final Path quarantine;

  private GatewayUnderTest(LoggedGateway gateway, ScriptedSmtpSink sink, Path quarantine) {
    this.gateway = gateway;
    this.sink = sink;
    this.quarantine = quarantine;
  }

  /** Starts one whose milters are called m1, m2 and so on. */
  static GatewayUnderTest behind(Lab lab, RealMilter... milters) throws IOException {
    List<MilterConfig> chain = new ArrayList<>();
    for (RealMilter milter : milters) {
      chain.add(milter("m" + (chain.size() + 1), milter.address()));
    }
    return start(lab, chain, config -> {});
  }

  static GatewayUnderTest start(Lab lab, MilterConfig... chain) throws IOException {
    return start(lab, Arrays.asList(chain), config -> {});
  }

  /** As {@link #start(Lab, MilterConfig...)}, with settings of the test's own. */
  static GatewayUnderTest start(
      Lab lab, List<MilterConfig> chain, Consumer<Changes<GatewayConfig>> change)
      throws IOException {
    return start(lab, chain, change, ChainListener.NONE);
  }

  /**
   * As {@link #start(Lab, MilterConfig...)}.
   *
   * @param listener receives the events of the chains of all sessions
   */
  static GatewayUnderTest start(
      Lab lab,
      List<MilterConfig> chain,
      Consumer<Changes<GatewayConfig>> change,
      ChainListener listener)
      throws IOException {
    ScriptedSmtpSink sink = lab.add(ScriptedSmtpSink.start());
    Path folder = lab.newFolder();
    GatewayConfig config =
        GatewayConfig.DEFAULT
            .with(c ->
                c.set(GatewayConfig.HOSTNAME, "mta.test")
                    .set(
                        GatewayConfig.CLIENT_NAMES,
                        ClientNamesConfig.DEFAULT.with(ClientNamesConfig.LOOKUP, false))
                    .set(
                        GatewayConfig.LISTENERS,
                        List.of(ListenerConfig.of(new HostPort("127.0.0.1", 0))))
                    .set(GatewayConfig.CHAIN, ChainConfig.DEFAULT.with(ChainConfig.MILTERS, chain))
                    .set(
                        GatewayConfig.NEXT_HOP,
                        NextHopConfig.Smtp.of(new HostPort("127.0.0.1", sink.port())))
                    .set(
                        GatewayConfig.LIMITS,
                        GatewayConfig.DEFAULT.limits().with(LimitsConfig.OWN_HOPS, 1))
                    .set(
                        GatewayConfig.QUARANTINE, QuarantineConfig.of(folder.resolve("quarantine")))
                    .set(GatewayConfig.SPOOL_DIRECTORY, folder.resolve("spool")))
            .with(change);
    LoggedGateway gateway = LoggedGateway.start(config, listener, Level.INFO);
    return lab.add(new GatewayUnderTest(gateway, sink, config.quarantine().directory()));
  }

  /** A milter that has a minute for everything: a busy machine is not a failure. */
  static MilterConfig milter(String name, String address) {
    Duration minute = Duration.ofMinutes(1);
    return MilterConfig.of(name, Endpoint.parse(address))
        .with(m ->
            m.set(MilterConfig.CONNECT_TIMEOUT, minute)
                .set(MilterConfig.COMMAND_TIMEOUT, minute)
                .set(MilterConfig.CONTENT_TIMEOUT, minute)
                .set(MilterConfig.END_OF_MESSAGE_TIMEOUT, minute));
  }

  ScriptedSmtpSink sink() {
    return sink;
  }

  SmtpDialogue connect() throws IOException {
    return SmtpDialogue.connect(gateway.addresses().getFirst());
  }

  /** Sends a message on its own connection; returns the last reply before QUIT. */
  SmtpAnswer send(byte[] message) throws IOException {
    try (SmtpDialogue smtp = connect()) {
      SmtpAnswer answer = smtp.deliver(TestMails.SENDER, List.of(TestMails.RECIPIENT), message);
      smtp.send("QUIT");
      return answer;
    }
  }

  /** Sends a message, which has to be taken with 250, and returns what the next hop got. */
  SinkMessage pass(byte[] message) throws IOException, InterruptedException {
    int before = sink.messages().size();
    assertThat(send(message).toString()).startsWith("250 2.0.0 Ok: queued as ");
    return sink.awaitMessages(before + 1).get(before);
  }

  Mail passMail(byte[] message) throws IOException, InterruptedException {
    return Mail.of(pass(message));
  }

  /** Returns the names of what was put into quarantine, without the ending. */
  List<String> held() throws IOException {
    try (Stream<Path> files = Files.list(quarantine)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.endsWith(".eml"))
          .map(name -> name.substring(0, name.length() - ".eml".length()))
          .sorted()
          .toList();
    }
  }

  /** Returns a held message, one char per byte. */
  String heldMessage(String name) throws IOException {
    return Contents.text(Files.readAllBytes(quarantine.resolve(name + ".eml")));
  }

  /** Returns what is noted about a held message. */
  String heldRecord(String name) throws IOException {
    return Files.readString(quarantine.resolve(name + ".json"));
  }

  List<String> logLines() {
    return gateway.logLines();
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
