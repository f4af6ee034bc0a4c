package org.miltergate.it.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.miltergate.peers.process.Programs;

/** Under systemd's protocol, with a datagram socket as systemd has it. */
@Timeout(120)
class ServiceManagerIT {
  private static final String CONFIGURATION =
      """
      listeners:
        - address: 127.0.0.1:0
      shutdown-timeout: 20s
      """;

  /** Answers the barrier of systemd-notify by closing what came with it, as systemd does. */
  private static final String SYSTEMD =
      """
      import array, os, socket, sys
      server = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
      server.bind(sys.argv[1])
      while True:
          data, fds, flags, address = socket.recv_fds(server, 4096, 8)
          for fd in fds:
              os.close(fd)
          with open(sys.argv[2], "ab") as out:
              out.write(data.rstrip(b"\\n").replace(b"\\n", b"|") + b"\\n")
      """;

  @TempDir Path directory;

  @Test
  void systemdHearsWhenClientsAreServedAndWhenTheEndBegins() throws Exception {
    Programs.require("systemd-notify");
    Files.writeString(directory.resolve("c.yaml"), CONFIGURATION);
    Path socket = directory.resolve("notify");
    Process systemd = systemd(socket);
    try (Program program =
        Program.start(
            directory, Map.of("NOTIFY_SOCKET", socket.toString()), "run", "-c", "c.yaml")) {
      String ready = awaitFirst();
      int port = program.address().getPort();
      assertThat(ready).isEqualTo("READY=1|STATUS=listening on 127.0.0.1:" + port);
      new Socket("127.0.0.1", port).close();

      program.terminate();

      assertThat(program.status()).isZero();
      assertThat(told()).hasSize(2);
      assertThat(told().getLast()).isEqualTo("STOPPING=1|STATUS=stopping; sessions have 20 s");
      assertThat(program.err()).doesNotContain("systemd");
    } finally {
      systemd.destroyForcibly();
    }
  }

  /** As {@code systemctl reload} with a unit that says so, and as the end of a terminal. */
  @Test
  void sighupIsLoggedAndIgnored() throws Exception {
    Files.writeString(directory.resolve("c.yaml"), CONFIGURATION);
    try (Program program = Program.start(directory, "run", "-c", "c.yaml")) {
      int port = program.address().getPort();

      for (int i = 1; i <= 2; i++) {
        new ProcessBuilder("kill", "-HUP", Long.toString(program.pid())).start().waitFor();
        int times = i;
        Awaitility.await()
            .atMost(Duration.ofSeconds(20))
            .until(() -> program.err().split("SIGHUP is ignored", -1).length - 1 == times);
      }

      new Socket("127.0.0.1", port).close();
      program.terminate();
      assertThat(program.status()).isZero();
    }
  }

  @Test
  void withoutItsProgramThereIsAWarningAndMailIsServed() throws Exception {
    Files.writeString(directory.resolve("c.yaml"), CONFIGURATION);
    try (Program program =
        Program.start(
            directory,
            Map.of("NOTIFY_SOCKET", directory.resolve("none").toString(), "PATH", "/nonexistent"),
            "run",
            "-c",
            "c.yaml")) {
      new Socket("127.0.0.1", program.address().getPort()).close();
      program.terminate();

      assertThat(program.status()).isZero();
      assertThat(program.err()).contains("systemd was not told READY=1: ", "systemd-notify");
    }
  }

  @Test
  void aSocketThatIsGoneIsAWarning() throws Exception {
    Programs.require("systemd-notify");
    Files.writeString(directory.resolve("c.yaml"), CONFIGURATION);
    try (Program program =
        Program.start(
            directory,
            Map.of("NOTIFY_SOCKET", directory.resolve("none").toString()),
            "run",
            "-c",
            "c.yaml")) {
      program.address();
      program.terminate();

      assertThat(program.status()).isZero();
      assertThat(program.err())
          .contains("systemd was not told READY=1: systemd-notify ended with 1");
    }
  }

  private Process systemd(Path socket) throws IOException {
    Path python = Programs.require("python3");
    Process process =
        new ProcessBuilder(
                python.toString(),
                "-c",
                SYSTEMD,
                socket.toString(),
                directory.resolve("told").toString())
            .inheritIO()
            .start();
    Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> Files.exists(socket));
    return process;
  }

  private List<String> told() throws IOException {
    Path file = directory.resolve("told");
    return Files.exists(file)
        ? Files.readAllLines(file).stream().filter(line -> !line.equals("BARRIER=1")).toList()
        : List.of();
  }

  private String awaitFirst() {
    return Awaitility.await()
        .atMost(Duration.ofSeconds(60))
        .until(this::told, lines -> !lines.isEmpty())
        .getFirst();
  }
}
