package org.miltergate.gateway.intake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.miltergate.gateway.testkit.Transcripts.MESSAGE;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.miltergate.config.limits.LimitsConfig;
import org.miltergate.gateway.testkit.RawSmtpClient;
import org.miltergate.gateway.testkit.TestServer;
import org.miltergate.milter.test.ScriptedMilter;

/** Messages that a milter wants to be held. */
class MilterQuarantineTest {
  @Test
  void putsAMessageIntoQuarantineBeforeItIsAcknowledged(@TempDir Path quarantine)
      throws IOException {
    try (ScriptedMilter milter =
            ScriptedMilter.script(
                "...\n> EOM\n< ADDHEADER X-Virus|yes\n< QUARANTINE virus found\n< CONTINUE\n...\n");
        TestServer server = TestServer.builder().milter(milter).quarantineIn(quarantine).start();
        RawSmtpClient client = server.client()) {
      client.play(MESSAGE + "S: 250 2.0.0 Ok: queued as ...");

      assertThat(server.nextHop().mails()).isEmpty();
      List<Path> kept = Files.list(quarantine).sorted().toList();
      assertThat(kept).hasSize(2);
      assertThat(kept.get(0)).asString().endsWith(".eml");
      assertThat(Files.readString(kept.get(0)))
          .startsWith(
              "Received: from unknown (unknown [127.0.0.1])\r\n"
                  + "\tby gw.test (Miltergate quarantine)")
          .endsWith("Subject: hello\r\nX-Virus: yes\r\n\r\nbody\r\n");
      assertThat(Files.readString(kept.get(1))).contains("virus found").contains("b@example.net");
      assertThat(server.log())
          .anyMatch(line ->
              line.contains("milter-hold: END-OF-MESSAGE from unknown[127.0.0.1]: virus found;")
                  && line.endsWith("milter=m1 cause=own"));
    }
  }

  /** As docs/configuration.md tells to: by SMTP, as it is, past the milter that held it. */
  @Test
  void messageHandedBackIsDeliveredAndNotTakenForALoop(@TempDir Path quarantine)
      throws IOException {
    try (ScriptedMilter milter =
            ScriptedMilter.script("...\n> EOM\n< QUARANTINE virus\n< CONTINUE\n...\n");
        TestServer server = TestServer.builder().milter(milter).quarantineIn(quarantine).start();
        RawSmtpClient client = server.client()) {
      client.play(MESSAGE + "S: 250 2.0.0 Ok: queued as ...");
    }
    String held = Files.readString(eml(quarantine));

    try (TestServer server =
            TestServer.builder().limits(l -> l.set(LimitsConfig.OWN_HOPS, 0)).start();
        RawSmtpClient client = server.client()) {
      client
          .play(
              """
              C: EHLO localhost
              S+ 250
              C: MAIL FROM:<a@example.org>
              S: 250 2.1.0 Ok
              C: RCPT TO:<b@example.net>
              S: 250 2.1.5 Ok
              C: DATA
              S: 354 ...
              """)
          .send(held.replace("\r\n.", "\r\n..") + ".\r\n")
          .play("S: 250 2.0.0 Ok: queued as ...");

      assertThat(server.nextHop().onlyMail().content()).isEqualTo(held);
    }
  }

  private static Path eml(Path quarantine) throws IOException {
    try (Stream<Path> files = Files.list(quarantine)) {
      return files.filter(file -> file.toString().endsWith(".eml")).findFirst().orElseThrow();
    }
  }

  @Test
  void answers452IfTheQuarantineCannotKeepTheMessage(@TempDir Path directory) throws IOException {
    Path quarantine = directory.resolve("quarantine");
    try (ScriptedMilter milter =
            ScriptedMilter.script("...\n> EOM\n< QUARANTINE virus\n< CONTINUE\n...\n");
        TestServer server = TestServer.builder().milter(milter).quarantineIn(quarantine).start();
        RawSmtpClient client = server.client()) {
      Files.delete(quarantine);

      client.play(
          MESSAGE
              + """
              S: 452 4.3.1 Insufficient system storage
              C: NOOP
              S: 250 2.0.0 Ok
              """);

      assertThat(server.log())
          .anyMatch(line -> line.matches("error: \\w+: cannot keep the message in .*"));
    }
  }
}
