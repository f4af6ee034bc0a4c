package org.miltergate.app;

import static java.util.stream.Collectors.joining;

import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.miltergate.app.demo.SampleMilter;
import org.miltergate.config.ChainConfig;
import org.miltergate.config.GatewayConfig;
import org.miltergate.config.MilterConfig;
import org.miltergate.config.nexthop.NextHopConfig;
import org.miltergate.config.yaml.Problem;
import org.miltergate.gateway.Gateway;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Runs the gateway until it is told to stop. */
@Command(
    name = "run",
    description =
        "Runs the gateway until SIGTERM or SIGINT; it then stops accepting connections and lets "
            + "sessions end. Without a configuration: listens on 127.0.0.1:2525, with a "
            + "sample milter, and delivers to the Maildir ./var/mail.",
    mixinStandardHelpOptions = true)
final class RunCommand implements Callable<Integer> {
  private static final Logger log = LoggerFactory.getLogger("config");

  @Option(
      names = {"-c", "--config"},
      paramLabel = "FILE",
      description = "configuration, YAML")
  private @Nullable Path file;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws Exception {
    PrintWriter out = spec.commandLine().getOut();
    Path configured = file;
    if (configured == null) {
      try (SampleMilter milter = SampleMilter.start()) {
        GatewayConfig config =
            GatewayConfig.DEFAULT.with(
                GatewayConfig.CHAIN, ChainConfig.of(MilterConfig.of("sample", milter.address())));
        return serve(config, out, Optional.of(milter), Optional.empty());
      }
    }
    Optional<ConfigSource.Checked> checked =
        ConfigSource.check(configured, spec.commandLine().getErr());
    return checked.isPresent()
        ? serve(checked.get().config(), out, Optional.empty(), checked)
        : Main.BAD_CONFIGURATION;
  }

  private static int serve(
      GatewayConfig config,
      PrintWriter out,
      Optional<SampleMilter> sample,
      Optional<ConfigSource.Checked> checked)
      throws IOException, InterruptedException {
    LogLevels.apply(config.log());
    LastResort.install();
    checked.ifPresent(file -> warn(file.warnings()));
    ServiceManager systemd = ServiceManager.ofEnvironment();
    StopSignal stop = StopSignal.install(config.shutdownTimeout().plus(ServiceManager.LIMIT));
    try (Gateway gateway = Gateway.start(config)) {
      tell(gateway, config, out, sample);
      // Clients need not wait for a milter that does not respond.
      checked.ifPresent(
          file -> Thread.ofVirtual().name("milter-check").start(() -> warn(file.unreachable())));
      systemd.ready(
          "listening on "
              + gateway.addresses().stream().map(RunCommand::text).collect(joining(", ")));
      stop.await();
      String stopping = "stopping; sessions have " + config.shutdownTimeout().toSeconds() + " s";
      out.println("miltergate: " + stopping);
      out.flush();
      systemd.stopping(stopping);
      gateway.drain(config.shutdownTimeout());
    } finally {
      stop.done();
    }
    return 0;
  }

  private static void warn(List<Problem> warnings) {
    warnings.forEach(warning -> log.warn("{}", warning));
  }

  private static void tell(
      Gateway gateway, GatewayConfig config, PrintWriter out, Optional<SampleMilter> sample) {
    for (InetSocketAddress address : gateway.addresses()) {
      out.println("miltergate: listening on " + text(address));
    }
    config
        .chain()
        .milters()
        .forEach(m -> out.println("miltergate: milter " + m.name() + " at " + m.address()));
    config
        .nextHops()
        .forEach((path, hop) -> out.println("miltergate: " + nextHopOf(path) + hop.address()));
    if (sample.isPresent()) {
      tellHowToSend(gateway.addresses().getFirst(), config, out);
    }
    out.flush();
  }

  /** The setting is named only where there are several next hops. */
  private static String nextHopOf(String path) {
    return path.equals("next-hop") ? "next hop " : "next hop of " + path.split("\\.", 2)[0] + " ";
  }

  private static void tellHowToSend(
      InetSocketAddress address, GatewayConfig config, PrintWriter out) {
    out.println();
    out.println("Send a message, in another window:");
    out.println();
    out.println("  printf 'Subject: hello\\r\\n\\r\\nHello.\\r\\n' | curl --upload-file - \\");
    out.println("    --mail-from alice@client.example --mail-rcpt bob@example.org \\");
    out.println("    smtp://" + text(address) + "/client.example");
    out.println();
    if (config.nextHop() instanceof NextHopConfig.Maildir maildir) {
      out.println(
          "and find it in "
              + maildir.path().resolve("new")
              + ", with what the sample milter did to it:");
    }
    SampleMilter.rules().forEach(rule -> out.println("  " + rule));
    out.println();
  }

  private static String text(InetSocketAddress address) {
    String host = address.getAddress().getHostAddress();
    return (host.contains(":") ? "[" + host + "]" : host) + ":" + address.getPort();
  }
}
