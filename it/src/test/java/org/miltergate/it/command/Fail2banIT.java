package org.miltergate.it.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.miltergate.peers.process.Programs;

/** fail2ban finds in our log what its filter for Postfix looks for. */
class Fail2banIT {
  private static final String CONFIGURATION =
      """
      hostname: mx.test
      client-names:
        lookup: false
      listeners:
        - address: 127.0.0.1:0
      auth:
        without-tls: true
        failure-delay: 0s
        users:
          - {name: alice, password: "SCRAM-SHA-256$4096:c2FsdHNhbHQ=$%s:%s"}
      policy:
        trusted-networks: []
      """
          .formatted(key(), key());

  @TempDir Path directory;

  @Test
  void everyModeOfTheFilterFindsItsLines() throws Exception {
    Programs.require("fail2ban-regex");
    Path log = log();

    assertThat(matched(log, "auth")).singleElement().asString().contains("SASL PLAIN");
    assertThat(matched(log, "normal")).singleElement().asString().contains("Relay access denied");
    assertThat(matched(log, "ddos"))
        .hasSize(2)
        .anyMatch(line -> line.contains("lost connection after"))
        .anyMatch(line -> line.contains("disconnect from"));
    assertThat(matched(log, "aggressive")).hasSize(4);
  }

  /** A wrong password, a foreign recipient, and a connection that is cut. */
  private Path log() throws Exception {
    Files.writeString(directory.resolve("miltergate.yaml"), CONFIGURATION);
    try (Program program = Program.start(directory, "run", "--config", "miltergate.yaml")) {
      try (Socket socket = new Socket("127.0.0.1", program.address().getPort())) {
        socket.setSoTimeout(60_000);
        String login =
            Base64.getEncoder().encodeToString("\0alice\0wrong".getBytes(StandardCharsets.UTF_8));
        play(
            socket,
            List.of(
                "220",
                "EHLO a.test",
                "250",
                "AUTH PLAIN " + login,
                "535",
                "MAIL FROM:<a@a.test>",
                "250",
                "RCPT TO:<b@b.test>",
                "554"));
      }
      Path err = directory.resolve("err.txt");
      org.awaitility.Awaitility.await()
          .atMost(java.time.Duration.ofSeconds(30))
          .until(() -> Files.readString(err).contains("disconnect from"));
      program.terminate();
      assertThat(program.status()).isZero();
      return err;
    }
  }

  /** Replies by their codes, and commands, in turn. */
  private static void play(Socket socket, List<String> lines) throws IOException {
    BufferedReader replies =
        new BufferedReader(
            new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
    for (String line : lines) {
      if (Character.isDigit(line.charAt(0))) {
        String reply = replies.readLine();
        while (reply != null && reply.startsWith(line + "-")) {
          reply = replies.readLine();
        }
        assertThat(reply).startsWith(line + " ");
      } else {
        socket.getOutputStream().write((line + "\r\n").getBytes(StandardCharsets.US_ASCII));
      }
    }
  }

  private List<String> matched(Path log, String mode) throws Exception {
    Path out = directory.resolve("fail2ban-" + mode + ".txt");
    Process process =
        new ProcessBuilder(
                "fail2ban-regex",
                "--print-all-matched",
                "--print-no-missed",
                log.toString(),
                "postfix[mode=" + mode + ", _daemon=\"miltergate/\\w+\"]")
            .redirectErrorStream(true)
            .redirectOutput(out.toFile())
            .start();
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).as("ended").isTrue();
    try (Stream<String> lines = Files.lines(out)) {
      return lines.filter(line -> line.startsWith("|  ") && line.contains(" miltergate/")).toList();
    }
  }

  private static String key() {
    return Base64.getEncoder().encodeToString(new byte[32]);
  }
}
