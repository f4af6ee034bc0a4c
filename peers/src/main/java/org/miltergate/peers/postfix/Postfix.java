package org.miltergate.peers.postfix;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;
import org.miltergate.peers.process.Daemon;
import org.miltergate.peers.process.Endpoints;
import org.miltergate.peers.process.Lab;
import org.miltergate.peers.process.Programs;

/**
 * A Postfix with its own configuration, queue and log, independent of any other on the machine.
 *
 * <p>It relays mail of loopback clients to one next hop, knows no local users, asks no name server,
 * and calls itself {@code mta.test}. Each listener has its own port and settings.
 */
public final class Postfix implements Lab.Logged {
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final Duration POLL_INTERVAL = Duration.ofMillis(10);

  private final Path folder;
  private final Daemon daemon;
  private final Map<String, Integer> ports;

  private Postfix(Path folder, Daemon daemon, Map<String, Integer> ports) {
    this.folder = folder;
    this.daemon = daemon;
    this.ports = Map.copyOf(ports);
  }

  /** Collects what is to be started. */
  public static final class Builder {
    private final int nextHopPort;
    private final Map<String, String> parameters = new LinkedHashMap<>();
    private final Map<String, Map<String, String>> listeners = new LinkedHashMap<>();

    private Builder(int nextHopPort) {
      this.nextHopPort = nextHopPort;
    }

    /** Sets a parameter of {@code main.cf}. */
    public Builder set(String parameter, String value) {
      parameters.put(parameter, value);
      return this;
    }

    /** Adds a listener with these milters, in Postfix's notation, and these other parameters. */
    public Builder listener(String name, List<String> milters, Map<String, String> settings) {
      Map<String, String> all = new LinkedHashMap<>(settings);
      all.put("smtpd_milters", String.join(", ", milters));
      listeners.put(name, all);
      return this;
    }

    /** Starts it; there is a listener at least. */
    public Postfix start(Path folder) throws IOException {
      Path program = Programs.require("postfix");
      Programs.requireRoot();
      PostfixFolders.create(folder);
      return Endpoints.startOnFreePort(probePort -> start(program, folder, probePort));
    }

    private Postfix start(Path program, Path folder, int probePort) throws IOException {
      Map<String, Integer> ports = new LinkedHashMap<>();
      Map<Integer, Map<String, String>> services = new LinkedHashMap<>();
      for (Map.Entry<String, Map<String, String>> listener : listeners.entrySet()) {
        int port = Endpoints.freePort();
        ports.put(listener.getKey(), port);
        services.put(port, listener.getValue());
      }
      // A connection to a real listener would already be reported to its milters.
      services.put(probePort, Map.of());
      Path config = folder.resolve("etc");
      PostfixFolders.write(
          config.resolve("main.cf"), PostfixFolders.mainCf(folder, nextHopPort, parameters));
      PostfixFolders.write(config.resolve("master.cf"), PostfixFolders.masterCf(services));
      // The usual start checks a whole installation for two seconds; this file says it was done.
      Files.writeString(folder.resolve("queue/quick-start"), "");
      Daemon daemon =
          Daemon.start(folder, List.of(program.toString(), "-c", config.toString(), "start-fg"));
      Postfix postfix = new Postfix(folder, daemon, ports);
      try {
        Endpoints.awaitListening(daemon, Endpoints.tcp(probePort));
        return postfix;
      } catch (IOException e) {
        throw new IOException(postfix.log(), e);
      }
    }
  }

  /** Begins a Postfix that relays everything to a port of 127.0.0.1. */
  public static Builder relayingTo(int nextHopPort) {
    return new Builder(nextHopPort);
  }

  /** Returns the address a listener accepts SMTP on. */
  public InetSocketAddress smtp(String listener) {
    Integer port = ports.get(listener);
    if (port == null) {
      throw new IllegalArgumentException(listener + " is none of the listeners " + ports.keySet());
    }
    return new InetSocketAddress("127.0.0.1", port);
  }

  /** Returns how many messages a milter has put on hold. */
  public int held() throws IOException {
    return count("hold");
  }

  /**
   * Waits until everything that was accepted is delivered or on hold.
   *
   * @throws AssertionError if that takes longer than {@code limit}, or a delivery has failed
   */
  public void awaitEmptyQueue(Duration limit) throws IOException {
    try {
      Awaitility.await()
          .pollDelay(Duration.ZERO)
          .pollInterval(POLL_INTERVAL)
          .atMost(limit)
          .until(() -> count("incoming") + count("active") == 0);
    } catch (ConditionTimeoutException e) {
      throw new AssertionError("mail is still in the queue after " + limit, e);
    }
    if (count("deferred") > 0) {
      throw new AssertionError("the next hop did not take the mail");
    }
  }

  private int count(String queue) throws IOException {
    try (Stream<Path> files = Files.walk(folder.resolve("queue").resolve(queue))) {
      return (int) files.filter(Files::isRegularFile).count();
    } catch (UncheckedIOException e) {
      return 1; // a file was moved away during the check: there is work
    }
  }

  @Override
  public String log() {
    try {
      Path log = folder.resolve("log");
      String lines =
          Files.exists(log) ? Files.readString(log, StandardCharsets.ISO_8859_1) : "(no log)\n";
      return lines + daemon.output();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** SIGTERM to the master ends all its processes; the program that we started waits for it. */
  @Override
  public void close() {
    try {
      Optional<ProcessHandle> master = master();
      if (master.isPresent() && daemon.isRunning()) {
        master.get().destroy();
        daemon.awaitEnd(PATIENCE);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      daemon.kill();
    }
  }

  private Optional<ProcessHandle> master() {
    Path file = folder.resolve("queue/pid/master.pid");
    try {
      return Files.exists(file)
          ? ProcessHandle.of(Long.parseLong(Files.readString(file).trim()))
          : Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public String toString() {
    return "postfix " + new ArrayList<>(ports.keySet());
  }
}
