package org.miltergate.milter.server.guide;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.miltergate.milter.bytes.Bytes;
import org.miltergate.milter.server.MilterServer;
import org.miltergate.milter.server.TestMta;
import org.miltergate.milter.wire.Command;
import org.miltergate.milter.wire.Reply;
import org.miltergate.net.Endpoint;

/** Runs the milter of {@code docs/milter-server.md}. */
class InvoiceMilterTest {
  private static final Path BASE =
      Path.of(System.getProperty("basedir", ".")).toAbsolutePath().normalize();
  private static final Pattern BLOCK = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);

  @TempDir Path directory;

  @Test
  void theOnlyBlockOfTheGuideIsThisMilter() throws IOException {
    String guide =
        Files.readString(Objects.requireNonNull(BASE.getParent()).resolve("docs/milter-server.md"));
    String source =
        Files.readString(
            BASE.resolve("src/test/java/org/miltergate/milter/server/guide/InvoiceMilter.java"));

    List<String> blocks =
        BLOCK.matcher(guide).results().map(block -> plain(block.group(1))).toList();

    assertThat(blocks).containsExactly(plain(source.split("// snippet\n")[1]));
  }

  @Test
  void refusesTheClosedAddressOnly() throws Exception {
    try (MilterServer server = start();
        TestMta mta = new TestMta(server.address())) {
      mta.negotiate();
      mta.ask(TestMta.mail("<a@example.net>"));

      assertThat(mta.ask(TestMta.rcpt("<closed@example.org>")))
          .isEqualTo(new Reply.ReplyCode(Bytes.ofLatin1("550 5.1.1 This address is closed")));
      assertThat(mta.ask(TestMta.rcpt("<open@example.org>"))).isEqualTo(new Reply.Continue());
    }
  }

  @Test
  void holdsAnInvoiceAndNotTheMessageAfterIt() throws Exception {
    try (MilterServer server = start();
        TestMta mta = new TestMta(server.address())) {
      mta.negotiate();

      assertThat(message(mta, "Your invoice"))
          .hasSize(3)
          .contains(new Reply.Quarantine(Bytes.ofLatin1("an invoice")));
      assertThat(message(mta, "Hello"))
          .containsExactly(
              new Reply.AddHeader(Bytes.ofLatin1("X-Seen-As"), Bytes.ofLatin1("4fX")),
              new Reply.Continue());
    }
  }

  private MilterServer start() throws IOException {
    return InvoiceMilter.start(new Endpoint.Unix(directory.resolve("s")));
  }

  private static List<Reply> message(TestMta mta, String subject) throws Exception {
    mta.send(TestMta.macro('M', "i", "4fX"));
    mta.ask(TestMta.mail("<a@example.net>"));
    mta.ask(TestMta.rcpt("<b@example.org>"));
    Command header = TestMta.header("Subject", subject);
    return mta.send(header).askForTheEnd();
  }

  private static String plain(String text) {
    return text.replaceAll("\\s+", "");
  }
}
