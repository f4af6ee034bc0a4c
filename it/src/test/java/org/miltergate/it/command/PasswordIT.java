package org.miltergate.it.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.miltergate.peers.process.Programs;

class PasswordIT {
  @TempDir Path directory;

  @Test
  void printsAHashWithWhichAClientLogsIn() throws Exception {
    String line = password("s\u00e9cret\n", "--user", "alice").strip();
    assertThat(line).startsWith("alice:SCRAM-SHA-256$15000:").doesNotContain("cret");
    Files.writeString(directory.resolve("users"), "# made by the test\n" + line + "\n");
    Files.writeString(
        directory.resolve("miltergate.yaml"),
        """
        hostname: mx.test
        listeners:
          - address: 127.0.0.1:0
        auth:
          without-tls: true
          users-file: users
        """);

    try (Program program = Program.start(directory, "run", "--config", "miltergate.yaml");
        Socket socket = new Socket("127.0.0.1", program.address().getPort())) {
      socket.setSoTimeout(60_000);
      String response =
          Base64.getEncoder()
              .encodeToString("\0alice\0s\u00e9cret".getBytes(StandardCharsets.UTF_8));
      String command = "AUTH PLAIN " + response + "\r\n";
      socket.getOutputStream().write(command.getBytes(StandardCharsets.US_ASCII));
      BufferedReader replies =
          new BufferedReader(
              new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
      assertThat(replies.readLine()).startsWith("220 mx.test");
      assertThat(replies.readLine()).isEqualTo("235 2.7.0 Authentication successful");
      program.terminate();
      assertThat(program.status()).isZero();
      assertThat(program.err() + program.out()).doesNotContain("cret").doesNotContain(response);
    }
  }

  @Test
  void printsTheHashAloneForAConfiguration() throws Exception {
    assertThat(password("secret", "--iterations", "4096")).startsWith("SCRAM-SHA-256$4096:");
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "secret, 0, alice:SCRAM-SHA-256$4096:",
    "other,  1, ''",
  })
  void asksOnTheTerminalWhenItsOutputIsAFile(String again, int status, String line)
      throws Exception {
    String program =
        Program.command("password", "--user", "alice", "--iterations", "4096").stream()
            .map(word -> "'" + word + "'")
            .collect(Collectors.joining(" "));
    Path terminal = directory.resolve("terminal.txt");
    Process script =
        new ProcessBuilder(
                Programs.require("script").toString(),
                "-qec",
                program + " >> users; echo status=$?; stty",
                "/dev/null")
            .directory(directory.toFile())
            .redirectErrorStream(true)
            .redirectOutput(terminal.toFile())
            .start();
    try (OutputStream keyboard = script.getOutputStream()) {
      await(terminal, "Password: ");
      keyboard.write("secret\n".getBytes(StandardCharsets.US_ASCII));
      keyboard.flush();
      await(terminal, "Password again: ");
      keyboard.write((again + "\n").getBytes(StandardCharsets.US_ASCII));
      keyboard.flush();
      await(terminal, "speed ");
    }
    assertThat(script.waitFor(60, TimeUnit.SECONDS)).as("ended").isTrue();

    assertThat(Files.readString(terminal))
        .contains("status=" + status)
        .doesNotContain("secret")
        .doesNotContain("-echo");
    assertThat(Files.readAllLines(directory.resolve("users")))
        .hasSize(1 - status)
        .allMatch(user -> user.startsWith(line));
  }

  private static void await(Path file, String text) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(60))
        .until(() -> Files.readString(file).contains(text));
  }

  @ParameterizedTest(name = "{1}: {2}")
  @CsvSource({
    "'',        --iterations=4096, 1,  the password is empty",
    "a\u0007b,  --iterations=4096, 1,  the password holds characters that RFC 4013 forbids",
    "secret,    --iterations=1,    64, --iterations",
    "secret,    --user=a:b,        64, --user",
    "secret,    --user=,           64, --user",
    "secret,    --password=secret, 64, Unknown option",
  })
  void saysWhatIsWrong(String input, String argument, int status, String problem) throws Exception {
    try (Program program = Program.start(directory, "password", argument)) {
      program.type(input);
      assertThat(program.status()).isEqualTo(status);
      assertThat(program.out()).isEmpty();
      assertThat(program.err()).contains(problem);
    }
  }

  private String password(String input, String... arguments)
      throws IOException, InterruptedException {
    String[] all = new String[arguments.length + 1];
    all[0] = "password";
    System.arraycopy(arguments, 0, all, 1, arguments.length);
    try (Program program = Program.start(directory, all)) {
      program.type(input);
      assertThat(program.status()).as(program.err()).isZero();
      assertThat(program.err()).isEmpty();
      return program.out();
    }
  }
}
