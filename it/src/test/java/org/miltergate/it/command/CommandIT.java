package org.miltergate.it.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CommandIT {
  private static final String CONFIGURATION =
      """
      hostname: mx.test
      client-names:
        lookup: false
      listeners:
        - address: 127.0.0.1:0
      shutdown-timeout: 20s
      """;

  @TempDir Path directory;

  @Test
  void runsUntilItIsToldToStopAndEndsWithStatusZero() throws Exception {
    try (Program program = run(CONFIGURATION)) {
      try (Client client = new Client(program.address())) {
        client.expect("220 mx.test ESMTP Miltergate");
        client.say("HELO client.test", "250 mx.test");
        client.say("MAIL FROM:<a@client.test>", "250 2.1.0 Ok");
        client.say("RCPT TO:<b@mx.test>", "250 2.1.5 Ok");
        client.say("DATA", "354 End data with <CR><LF>.<CR><LF>");
        client.send("Subject: hello\r\n\r\nHello.\r\n.\r\n");
        client.expectStart("250 2.0.0 Ok: queued as ");
        client.say("QUIT", "221 2.0.0 Bye");
      }
      program.terminate();

      assertThat(program.status()).isZero();
      assertThat(delivered()).hasSize(1);
      assertThat(program.out()).contains("miltergate: next hop maildir:./var/mail");
      assertThat(program.err())
          .contains("miltergate/smtpd[" + program.pid() + "]: connect from unknown[127.0.0.1]")
          .contains("status=sent (delivered to maildir)");
    }
  }

  @Test
  void letsAMessageThatIsUnderWayEndWhenItIsToldToStop() throws Exception {
    try (Program program = run(CONFIGURATION);
        Client client = new Client(program.address())) {
      client.expect("220 mx.test ESMTP Miltergate");
      client.say("HELO client.test", "250 mx.test");
      client.say("MAIL FROM:<a@client.test>", "250 2.1.0 Ok");
      client.say("RCPT TO:<b@mx.test>", "250 2.1.5 Ok");
      client.say("DATA", "354 End data with <CR><LF>.<CR><LF>");
      client.send("Subject: hello\r\n\r\nHel");
      program.terminate();
      program.awaitText("miltergate: stopping");

      client.send("lo.\r\n.\r\n");

      client.expectStart("250 2.0.0 Ok: queued as ");
      client.expectStart("421 4.3.2 ");
      assertThat(program.status()).isZero();
      assertThat(delivered()).hasSize(1);
    }
  }

  @Test
  void wrongConfigurationNeverStartsAndAllProblemsAreNamed() throws Exception {
    try (Program program =
        run(
            """
            hostname: "not a host"
            listners: []
            chain:
              - name: rspamd
                address: inet:nowhere
            """)) {
      assertThat(program.status()).isEqualTo(78);
      assertThat(program.out()).isEmpty();
      assertThat(program.err().lines())
          .hasSize(3)
          .allMatch(line -> line.matches("miltergate\\.yaml:\\d+:\\d+: .+"))
          .anyMatch(line -> line.contains("did you mean 'listeners'?"));
    }
  }

  @Test
  void whatTheFileNamesAndThisHostLacksIsAProblemOfTheFile() throws Exception {
    String configuration =
        """
        listeners:
          - address: 192.0.2.1:0
            tls: {certificate: no.pem, key: no.key}
        auth:
          users-file: no
        spool-directory: miltergate.yaml
        """;
    for (String[] command : new String[][] {{"run"}, {"config", "check"}}) {
      Files.writeString(directory.resolve("miltergate.yaml"), configuration);
      try (Program program =
          Program.start(
              directory,
              Stream.concat(Stream.of(command), Stream.of("--config", "miltergate.yaml"))
                  .toArray(String[]::new))) {
        assertThat(program.status()).isEqualTo(78);
        assertThat(program.out()).isEmpty();
        assertThat(program.err().lines().map(line -> line.replaceFirst(": [^ ]+: .*", "")))
            .containsExactly(
                "miltergate.yaml:2:14",
                "miltergate.yaml:3:24",
                "miltergate.yaml:3:37",
                "miltergate.yaml:5:15",
                "miltergate.yaml:6:18");
      }
    }
  }

  @Test
  void warningsAreShownByTheCheckAndAtTheStart() throws Exception {
    String configuration =
        """
        listeners:
          - address: 127.0.0.1:0
        policy:
          trusted-networks: [0.0.0.0/0]
        chain:
          - name: absent
            address: unix:/nonexistent/milter.sock
            default-action: accept
        """;
    Files.writeString(directory.resolve("good.yaml"), configuration);
    try (Program check = Program.start(directory, "config", "check", "--config", "good.yaml")) {
      assertThat(check.status()).isZero();
      assertThat(check.out()).isEqualTo("good.yaml: no problems, 2 warnings\n");
      assertThat(check.err().lines())
          .satisfiesExactly(
              line ->
                  assertThat(line)
                      .startsWith("good.yaml:4:22: warning: policy.trusted-networks[0]: "),
              line ->
                  assertThat(line)
                      .startsWith("good.yaml:7:14: warning: chain[0].address: milter absent at ")
                      .contains("all mail passes it unseen"));
    }

    try (Program program = run(configuration)) {
      program.address();
      Awaitility.await()
          .atMost(Duration.ofSeconds(60))
          .until(() -> program.err().contains("milter absent at "));
      program.terminate();

      assertThat(program.status()).isZero();
      assertThat(program.err())
          .contains(": warning: miltergate.yaml:4:22: policy.trusted-networks[0]: '0.0.0.0/0'")
          .contains(": warning: miltergate.yaml:7:14: chain[0].address: milter absent at ");
    }
  }

  @Test
  void anAddressThatIsTakenIsNamedAndNothingIsLeftRunning() throws Exception {
    try (Program first = run(CONFIGURATION)) {
      int port = first.address().getPort();
      Path other = Files.createDirectory(directory.resolve("other"));
      Files.writeString(other.resolve("c.yaml"), CONFIGURATION.replace(":0", ":" + port));
      try (Program second = Program.start(other, "run", "-c", "c.yaml")) {
        assertThat(second.status()).isEqualTo(1);
        assertThat(second.err()).contains("127.0.0.1:" + port);
      }
    }
  }

  @Test
  void demonstrationShowsAllAndEndsByItself() throws Exception {
    try (Program program = Program.start(directory, "demo")) {
      assertThat(program.status()).isZero();
      assertThat(program.out())
          .contains("sample <- OPTNEG version=6")
          .contains("sample -> REPLYCODE 550-5.7.1")
          .contains("S: 550 5.7.1 says the sample milter of Miltergate")
          .contains("sample changed: header field added: X-Sample-Milter:")
          .contains("+Subject: [checked] Lunch")
          .contains("\"reason\": \"the sender asked for it\"")
          .contains("sample <- QUIT");
      assertThat(program.err()).isEmpty();
    }
  }

  @Test
  void checksAndShowsAConfiguration() throws Exception {
    Files.writeString(directory.resolve("good.yaml"), CONFIGURATION);
    try (Program check = Program.start(directory, "config", "check", "--config", "good.yaml")) {
      assertThat(check.status()).isZero();
      assertThat(check.out()).isEqualTo("good.yaml: no problems\n");
    }
    try (Program show =
        Program.start(directory, "config", "show", "--changed", "--config", "good.yaml")) {
      assertThat(show.status()).isZero();
      assertThat(show.out()).contains("hostname: mx.test").doesNotContain("limits");
    }
  }

  @Test
  void tellsItsCommandsItsVersionAndWhatWasWrongWithTheArguments() throws Exception {
    try (Program help = Program.start(directory, "--help")) {
      assertThat(help.status()).isZero();
      assertThat(help.out()).contains("run ", "demo ", "config ");
    }
    try (Program version = Program.start(directory, "--version")) {
      assertThat(version.status()).isZero();
      assertThat(version.out()).startsWith("miltergate ");
    }
    try (Program wrong = Program.start(directory, "run", "--confg", "x")) {
      assertThat(wrong.status()).isEqualTo(64);
      assertThat(wrong.err()).contains("--confg").contains("--config");
    }
  }

  private Program run(String configuration) throws IOException {
    Files.writeString(directory.resolve("miltergate.yaml"), configuration);
    return Program.start(directory, "run", "--config", "miltergate.yaml");
  }

  private List<Path> delivered() throws IOException {
    try (Stream<Path> files = Files.list(directory.resolve("var/mail/new"))) {
      return files.toList();
    }
  }

  /** Speaks lines with the program. */
  private static final class Client implements AutoCloseable {
    private final Socket socket;
    private final BufferedReader in;
    private final OutputStream out;

    Client(InetSocketAddress address) throws IOException {
      socket = new Socket(address.getAddress(), address.getPort());
      socket.setSoTimeout(60_000);
      in =
          new BufferedReader(
              new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
      out = socket.getOutputStream();
    }

    void say(String command, String reply) throws IOException {
      send(command + "\r\n");
      expect(reply);
    }

    void send(String text) throws IOException {
      out.write(text.getBytes(StandardCharsets.US_ASCII));
      out.flush();
    }

    void expect(String reply) throws IOException {
      assertThat(in.readLine()).isEqualTo(reply);
    }

    void expectStart(String begin) throws IOException {
      assertThat(in.readLine()).startsWith(begin);
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }
}
