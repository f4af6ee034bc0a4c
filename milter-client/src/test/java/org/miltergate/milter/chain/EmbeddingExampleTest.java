package org.miltergate.milter.chain;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.miltergate.milter.bytes.Bytes;
import org.miltergate.milter.mail.BodyStore;
import org.miltergate.milter.mail.Envelope;
import org.miltergate.milter.mail.MailMessage;
import org.miltergate.milter.mail.Recipient;
import org.miltergate.milter.mail.Sender;
import org.miltergate.milter.session.Letters;
import org.miltergate.milter.session.Macros;
import org.miltergate.milter.session.MilterClient;
import org.miltergate.milter.test.ScriptedMilter;
import org.miltergate.milter.transport.MilterAddress;
import org.miltergate.milter.wire.ClientAddress;

/** The example of the README, compiled and run. */
@Timeout(60)
class EmbeddingExampleTest {
  private static final Path BASE = Path.of(System.getProperty("basedir", "."));
  private static final Path SOURCE =
      BASE.resolve("src/test/java/org/miltergate/milter/chain/EmbeddingExampleTest.java");

  private final ClientAddress clientAddress = Letters.CLIENT;
  private final Sender sender = new Sender(Bytes.ofLatin1("<a@example.org>"), List.of());
  private final Recipient recipient = new Recipient(Bytes.ofLatin1("<b@example.net>"), List.of());
  private final MailMessage message = message();

  private ContentResult example(String address) throws Exception {
    // begin
    BodyStore bodies = new BodyStore(Path.of("/var/tmp"), 256 * 1024);
    MilterChain chain =
        MilterChain.builder(bodies)
            .add(MilterClient.builder("rspamd", MilterAddress.parse(address)).build())
            .build();
    try (ChainSession session = chain.open(new Macros())) {
      session.connect(Bytes.ofLatin1("mail.example.org"), clientAddress);
      session.helo(Bytes.ofLatin1("mail.example.org"));
      session.mail(sender); // each returns a Verdict: pass, refuse, discard
      session.rcpt(recipient);
      session.data();
      ContentResult result =
          session.content(message); // the verdict, and the message with all edits
      // end
      return result;
    }
  }

  @Test
  void runs() throws Exception {
    try (ScriptedMilter milter =
        ScriptedMilter.builder().on("EOM", "INSHEADER 1 X-Seen|yes", "ACCEPT").start()) {
      ContentResult result = example(milter.address().toString());

      ByteArrayOutputStream out = new ByteArrayOutputStream();
      result.message().writeTo(out);
      assertThat(result.verdict().passes()).isTrue();
      assertThat(out).hasToString("X-Seen: yes\r\nSubject: hello\r\n\r\nbody\r\n");
    }
  }

  @Test
  void isWhatTheReadmeSays() throws Exception {
    String readme = Files.readString(BASE.resolve("../README.md"));
    Matcher shown = Pattern.compile("```java\n(.*?)\n}\n```", Pattern.DOTALL).matcher(readme);
    Matcher run = Pattern.compile("// begin\n(.*?)// end\n", Pattern.DOTALL).matcher(source());

    assertThat(shown.find() && run.find()).isTrue();
    assertThat(run.group(1).replaceAll("\\s", ""))
        .isEqualTo(
            shown.group(1).replace("\"inet:127.0.0.1:11332\"", "address").replaceAll("\\s", ""));
  }

  private static String source() throws Exception {
    return Files.readString(SOURCE);
  }

  private MailMessage message() {
    MailMessage usual = SmtpSide.message("Subject: hello\r\n", "body\r\n");
    return new MailMessage(
        new Envelope(sender, List.of(recipient)), usual.header(), usual.separator(), usual.body());
  }
}
