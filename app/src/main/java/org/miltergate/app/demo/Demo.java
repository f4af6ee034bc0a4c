package org.miltergate.app.demo;

import com.github.difflib.DiffUtils;
import com.github.difflib.UnifiedDiffUtils;
import com.github.difflib.patch.Patch;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.miltergate.address.HostPort;
import org.miltergate.app.demo.DemoMessages.DemoMessage;
import org.miltergate.config.ChainConfig;
import org.miltergate.config.GatewayConfig;
import org.miltergate.config.MilterConfig;
import org.miltergate.config.QuarantineConfig;
import org.miltergate.config.limits.ClientNamesConfig;
import org.miltergate.config.listener.ListenerConfig;
import org.miltergate.config.nexthop.NextHopConfig;
import org.miltergate.gateway.Gateway;

/**
 * Sends three messages through a gateway with the sample milter, and prints everything that
 * happens.
 */
public final class Demo {
  private static final int CONTEXT_LINES = 3;
  private static final Duration GOODBYE = Duration.ofSeconds(10);

  private final PrintWriter out;
  private final Path directory;
  private final Set<Path> seen = new HashSet<>();

  private Demo(PrintWriter out, Path directory) {
    this.out = out;
    this.directory = directory;
  }

  /**
   * Runs the demonstration to its end.
   *
   * @throws IOException if anything failed
   */
  public static void run(PrintWriter out) throws IOException {
    Path directory = Files.createTempDirectory("miltergate-demo");
    try {
      new Demo(out, directory).run();
    } finally {
      delete(directory);
      out.flush();
    }
  }

  private void run() throws IOException {
    MilterTrace trace = new MilterTrace();
    try (SampleMilter milter = SampleMilter.start();
        Gateway gateway = Gateway.start(config(milter), trace)) {
      out.println("Gateway:  " + gateway.addresses().getFirst().toString().substring(1));
      out.println("Milter:   sample at " + milter.address());
      SampleMilter.rules().forEach(rule -> out.println("          " + rule));
      out.println("Next hop: a Maildir");
      title("A client connects");
      try (DemoClient client = DemoClient.connect(gateway.addresses().getFirst(), out::println)) {
        tell("The milter's commands (<-) and replies (->)", trace.take());
        int number = 0;
        for (DemoMessage message : DemoMessages.all()) {
          number++;
          title(String.format(Locale.ROOT, "Message %d: %s", number, message.what()));
          client.send(message);
          tell("The milter's commands (<-), replies and edits (->)", trace.take());
          tellWhatWentOut(message);
        }
        title("The client disconnects");
      }
      gateway.drain(GOODBYE);
      tell("The milter's commands", trace.take());
    }
  }

  private GatewayConfig config(SampleMilter milter) {
    return GatewayConfig.DEFAULT.with(config ->
        config
            .set(GatewayConfig.HOSTNAME, "mx.example.org")
            .set(
                GatewayConfig.CLIENT_NAMES,
                ClientNamesConfig.DEFAULT.with(ClientNamesConfig.LOOKUP, false))
            .set(GatewayConfig.LISTENERS, List.of(ListenerConfig.of(new HostPort("127.0.0.1", 0))))
            .set(GatewayConfig.CHAIN, ChainConfig.of(MilterConfig.of("sample", milter.address())))
            .set(GatewayConfig.NEXT_HOP, NextHopConfig.Maildir.of(directory.resolve("mail")))
            .set(GatewayConfig.QUARANTINE, QuarantineConfig.of(directory.resolve("quarantine")))
            .set(GatewayConfig.SPOOL_DIRECTORY, directory.resolve("spool")));
  }

  private void title(String text) {
    out.println();
    out.println("=== " + text + " ===");
    out.println();
  }

  private void tell(String title, List<String> lines) {
    out.println();
    out.println("--- " + title + ":");
    lines.forEach(out::println);
  }

  private void tellWhatWentOut(DemoMessage message) throws IOException {
    Set<Path> files = newFiles();
    out.println();
    if (files.isEmpty()) {
      out.println("--- Nothing was sent on.");
    }
    for (Path file : files) {
      out.println("--- From what came in to what is in " + directory.relativize(file) + ":");
      List<String> lines = Files.readAllLines(file, StandardCharsets.ISO_8859_1);
      if (file.toString().endsWith(".json")) {
        lines.forEach(out::println);
      } else {
        difference(message.content(), lines).forEach(out::println);
      }
    }
  }

  private static List<String> difference(List<String> before, List<String> after) {
    Patch<String> patch = DiffUtils.diff(before, after);
    return UnifiedDiffUtils.generateUnifiedDiff(
        "came in", "went out", before, patch, CONTEXT_LINES);
  }

  private Set<Path> newFiles() throws IOException {
    Set<Path> files = new TreeSet<>();
    for (String place : List.of("mail/new", "quarantine")) {
      try (Stream<Path> found = Files.list(directory.resolve(place))) {
        found.filter(seen::add).forEach(files::add);
      }
    }
    return files;
  }

  private static void delete(Path directory) throws IOException {
    List<Path> all;
    try (Stream<Path> walk = Files.walk(directory)) {
      all = walk.sorted(Comparator.reverseOrder()).toList();
    }
    for (Path path : all) {
      Files.delete(path);
    }
  }
}
