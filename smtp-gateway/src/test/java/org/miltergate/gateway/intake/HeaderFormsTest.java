package org.miltergate.gateway.intake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.miltergate.gateway.testkit.Transcripts.BEGIN_MESSAGE;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.miltergate.config.GatewayConfig;
import org.miltergate.gateway.testkit.RawSmtpClient;
import org.miltergate.gateway.testkit.TestServer;
import org.miltergate.milter.bytes.Bytes;
import org.miltergate.milter.test.ScriptedMilter;
import org.miltergate.milter.wire.Command;

/** What milters are shown of a header is what goes out, and what they are not shown does not. */
class HeaderFormsTest {
  private static final String FORMS =
      """
      A: 1\\r\\nno colon\\r\\nB: 2;       A: 1\\r\\n\\r\\nno colon\\r\\nB: 2
      A: 1\\r\\n: 2\\r\\nB: 2;            A: 1\\r\\n\\r\\n: 2\\r\\nB: 2
      A: 1\\r\\nX Y: 2\\r\\nB: 2;         A: 1\\r\\n\\r\\nX Y: 2\\r\\nB: 2
      A: 1\\r\\nX\\1: 2\\r\\nB: 2;        A: 1\\r\\n\\r\\nX\\1: 2\\r\\nB: 2
      A: 1\\r\\nX\\344: 2\\r\\nB: 2;      A: 1\\r\\n\\r\\nX\\344: 2\\r\\nB: 2
      A: 1\\r\\nX\\0: 2\\r\\nB: 2;        A: 1\\r\\n\\r\\nX\\0: 2\\r\\nB: 2
      A : 1\\r\\nB\\t :2;                 A: 1\\r\\nB:2
      A: 1\\0x\\r\\n b\\0y\\r\\nB: 2;     A: 1\\r\\n b\\r\\nB: 2
      From a b\\r\\nA: 1;                 X-Mailbox-Line: From a b\\r\\nA: 1
      body;                               \\r\\nbody
      A: 1\\r\\nBcc: x\\r\\n y\\r\\nB: 2; A: 1\\r\\nB: 2
      Return-Path: <x>\\r\\nbcc : y\\r\\nRESENT-BCC:\\r\\nContent-Length: 3\\r\\nB: 2; B: 2
      """;

  @TempDir Path directory;

  @Test
  void milterNextHopAndQuarantineHaveTheSame() throws IOException {
    for (String form : FORMS.lines().toList()) {
      String[] columns = form.split(";\\s*");
      String sent = columns[0].translateEscapes() + "\r\n";
      String kept = columns[1].translateEscapes() + "\r\n";

      assertThat(delivered(sent, "ACCEPT")).as(form).isEqualTo(kept);
      assertThat(delivered(sent, "QUARANTINE why", "ACCEPT")).as(form).endsWith(kept);
    }
  }

  /** Returns what goes out, and ensures that it has the fields and the body that were shown. */
  private String delivered(String content, String... said) throws IOException {
    Path quarantine = Files.createTempDirectory(directory, "held");
    try (ScriptedMilter milter = ScriptedMilter.builder().on("EOM", said).start();
        TestServer server = TestServer.builder().milter(milter).quarantineIn(quarantine).start();
        RawSmtpClient client = server.client()) {
      client.play(BEGIN_MESSAGE).send(content + ".\r\n").play("S: 250 2.0.0 Ok: queued as ...");

      StringBuilder shown = new StringBuilder();
      for (Command.Header field : milter.connection().commands(Command.Header.class)) {
        shown.append(field.name()).append(':').append(field.value()).append('\n');
      }
      StringBuilder body = new StringBuilder();
      milter.connection().commands(Command.Body.class).forEach(b -> body.append(b.chunk()));
      String whole = said.length == 1 ? sent(server) : held(quarantine);
      String[] parts = (whole + (body.isEmpty() ? "\r\n" : "")).split("(?<=^|\r\n)\r\n", 2);
      assertThat(parts[0].replaceAll("(?m)^([^ \t:]+): ", "$1:").replace("\r\n", "\n"))
          .isEqualTo(shown.toString());
      assertThat(parts[1]).isEqualTo(body.toString());
      return whole;
    }
  }

  private static String sent(TestServer server) {
    return server.nextHop().onlyMail().content();
  }

  private static String held(Path quarantine) throws IOException {
    try (var files = Files.list(quarantine)) {
      Path message = files.filter(f -> f.toString().endsWith(".eml")).findFirst().orElseThrow();
      String whole = Bytes.copyOf(Files.readAllBytes(message)).toString();
      return whole.replaceFirst("(?s)^Received:.*?\r\n(?![ \t])", "");
    }
  }

  @Test
  void dropsNoFieldIfToldSo() throws IOException {
    try (TestServer server =
            TestServer.builder().config(c -> c.set(GatewayConfig.DROP_HEADERS, List.of())).start();
        RawSmtpClient client = server.client()) {
      client.play(BEGIN_MESSAGE + "C: Bcc: x\nC: .\nS: 250 2.0.0 Ok: queued as ...");

      assertThat(sent(server)).isEqualTo("Bcc: x\r\n");
    }
  }

  @ParameterizedTest(name = "{2}")
  @CsvSource({
    "'A:', 1000, 250 2.0.0 Ok: queued as ...",
    "'A:', 1001, 552 5.3.4 Error: message header has too many fields",
    "'Bcc:', 2000, 250 2.0.0 Ok: queued as ...",
  })
  void limitsTheFields(String field, int times, String reply) throws IOException {
    try (TestServer server = TestServer.start();
        RawSmtpClient client = server.client()) {
      client.play(BEGIN_MESSAGE).send((field + "\r\n").repeat(times) + "\r\n.\r\n");

      client.play("S: " + reply + "\nC: NOOP\nS: 250 2.0.0 Ok");
    }
  }

  @Test
  void refusesAFieldThatFitsInNoPacketWithOrWithoutMilters() throws IOException {
    String field = "X-Long: " + ("y".repeat(900) + "\r\n ").repeat(80) + "end\r\n";
    try (TestServer server = TestServer.start();
        RawSmtpClient client = server.client()) {
      client.play(BEGIN_MESSAGE).send(field + "\r\nbody\r\n.\r\n");

      client.play("S: 552 5.3.4 Error: message header field too long");
      assertThat(server.nextHop().mails()).isEmpty();
    }
  }
}
