package org.miltergate.it.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.miltergate.address.HostPort;
import org.miltergate.config.GatewayConfig;
import org.miltergate.config.QuarantineConfig;
import org.miltergate.config.listener.ListenerConfig;
import org.miltergate.config.nexthop.NextHopConfig;
import org.miltergate.milter.mail.SmtpReply;
import org.miltergate.milter.test.ScriptedMilter;
import org.miltergate.milter.wire.Command;

/** The Java of README.md and docs, compiled as it stands there, with its imports, and run. */
@Timeout(120)
class DocumentationSnippetsTest {
  private static final Path PROJECT =
      Objects.requireNonNull(
          Path.of(System.getProperty("basedir", ".")).toAbsolutePath().normalize().getParent());

  @TempDir Path directory;

  static Stream<Snippet> snippets() throws Exception {
    List<Snippet> all = Snippet.all(PROJECT);
    assertThat(all).hasSizeGreaterThanOrEqualTo(10);
    return all.stream();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("snippets")
  void everyBlockRuns(Snippet snippet) throws Exception {
    if (snippet.isType()) {
      snippet.compileType(directory); // the module that it is about runs it
      return;
    }
    try (ScriptedMilter first = ScriptedMilter.builder().start();
        ScriptedMilter second = ScriptedMilter.builder().start()) {
      SnippetContext block = compiled(snippet, first, second);

      block.run();

      assertThat(block.replies).isEmpty();
    }
  }

  /** What the few lines do, those on the level below do, too: the milters see no difference. */
  @ParameterizedTest
  @ValueSource(strings = {"Fifteen lines", "The level below"})
  void messageGoesThroughTheMiltersWithItsMacros(String heading) throws Exception {
    try (ScriptedMilter first =
            ScriptedMilter.builder().on("EOM", "INSHEADER 0 X-First|yes", "ACCEPT").start();
        ScriptedMilter second =
            ScriptedMilter.builder().on("EOM", "REPLBODY other\\r\\n", "ACCEPT").start()) {
      SnippetContext block = compiled(snippet(heading), first, second);

      block.run();

      assertThat(block.outputStream)
          .hasToString(
              "X-First: yes\r\nReceived: by mx.example.org; Tue, 1 Dec 2026 10:00:00 +0000\r\n"
                  + "Subject: hello\r\n\r\nother\r\n");
      Map<String, String> mail =
          second.connection().received(Command.Mail.class).getFirst().macros();
      assertThat(mail)
          .isEqualTo(
              Map.of(
                  "{mail_addr}", "a@example.org",
                  "{mail_host}", "example.org",
                  "{mail_mailer}", "smtp"));
      assertThat(second.connection().received(Command.Connect.class).getFirst().macros())
          .containsEntry("j", "mx.example.org")
          .containsEntry("_", "mail.example.org [192.0.2.7]");
      assertThat(second.connection().commands(Command.Mail.class).getFirst().arguments())
          .hasToString("[SIZE=1000]");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"Fifteen lines", "The level below", "Embed the library"})
  void refusalOfARecipientIsTheReply(String heading) throws Exception {
    try (ScriptedMilter first =
            ScriptedMilter.builder()
                .on("RCPT", "REPLYCODE 550 5.1.1 no such user")
                .on("DATA", "REJECT")
                .start();
        ScriptedMilter second = ScriptedMilter.builder().start()) {
      SnippetContext block = compiled(snippet(heading), first, second);

      block.run();

      assertThat(block.replies).containsExactly(SmtpReply.of(550, "5.1.1 no such user"));
      assertThat(block.outputStream.size()).isZero();
    }
  }

  @Test
  void fifteenLinesAreNoMore() throws Exception {
    List<String> lines =
        snippet("Fifteen lines")
            .text()
            .lines()
            .filter(line -> !line.isBlank() && !line.startsWith("import "))
            .filter(line -> !line.strip().startsWith("//") && !line.strip().equals("}"))
            .toList();

    assertThat(lines).hasSizeLessThanOrEqualTo(15);
  }

  private Snippet snippet(String heading) throws Exception {
    return Snippet.all(PROJECT).stream()
        .filter(one -> one.heading().equals(heading))
        .findFirst()
        .orElseThrow();
  }

  private SnippetContext compiled(Snippet snippet, ScriptedMilter first, ScriptedMilter second)
      throws Exception {
    SnippetContext block =
        snippet.compile(
            SnippetContext.class,
            directory,
            SnippetContext.replaced(first.address().toString(), second.address().toString()));
    block.config = config();
    return block;
  }

  private GatewayConfig config() {
    return GatewayConfig.DEFAULT.with(c ->
        c.set(
                GatewayConfig.LISTENERS,
                List.of(
                    ListenerConfig.DEFAULT.with(
                        ListenerConfig.ADDRESS, HostPort.parse("127.0.0.1:0"))))
            .set(GatewayConfig.NEXT_HOP, NextHopConfig.Maildir.of(directory.resolve("mail")))
            .set(GatewayConfig.QUARANTINE, QuarantineConfig.of(directory.resolve("quarantine")))
            .set(GatewayConfig.SPOOL_DIRECTORY, directory.resolve("spool")));
  }
}
