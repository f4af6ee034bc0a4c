package org.miltergate.gateway.smtp.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.miltergate.gateway.auth.Passwords;
import org.miltergate.gateway.testkit.Logins;
import org.miltergate.gateway.testkit.RawSmtpClient;
import org.miltergate.gateway.testkit.TestServer;

/** What is sent, stored and logged is the same in every locale; in processes of their own. */
@Tag("slow")
@Timeout(120)
class LocaleTest {
  /** Whose digits are not those of ASCII, and whose {@code i} has another capital letter. */
  private static final List<String> ARABIC = List.of("-Duser.language=ar", "-Duser.country=EG");

  private static final List<String> TURKISH = List.of("-Duser.language=tr", "-Duser.country=TR");

  @TempDir Path directory;

  /** A session with a login and a message, with all that comes of it on standard output. */
  static final class Session {
    private Session() {}

    public static void main(String[] arguments) throws Exception {
      System.out.println(
          "sample: " + String.format("%d %s", 1234, "I".toLowerCase(Locale.getDefault())));
      System.out.println("hash: " + Passwords.hash("secret", 4096).text());
      try (TestServer server = Logins.server().start();
          RawSmtpClient client = server.client()) {
        client.send("EHLO client.test\r\n");
        String line;
        do {
          line = client.readLine();
          System.out.println(line);
        } while (line.startsWith("250-"));
        client.send("AUTH SCRAM-SHA-256 " + Logins.base64("n,,n=alice,r=abc") + "\r\n");
        String challenge = client.readLine().substring("334 ".length());
        System.out.println(
            "challenge: "
                + new String(Base64.getDecoder().decode(challenge), StandardCharsets.UTF_8));
        client.play("C: *\nS: 501 ...");
        client.play(
            """
            C: MAIL FROM:<A@CLIENT.TEST> SIZE=100
            S: 250 2.1.0 Ok
            C: RCPT TO:<ISTANBUL@HERE.TEST>
            S: 250 2.1.5 Ok
            C: DATA
            S: 354 ...
            C: Subject: x
            C:
            C: x
            C: .
            S: 250 2.0.0 Ok...
            C: QUIT
            S: 221 2.0.0 Bye
            """);
        System.out.println(server.nextHop().mails().getFirst().received());
        server.log().forEach(System.out::println);
      }
    }
  }

  private String run(List<String> locale, String main) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(locale);
    command.addAll(List.of("-Dstdout.encoding=UTF-8", "-Dstderr.encoding=UTF-8"));
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), main));
    Path output = directory.resolve("output");
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    boolean ended = process.waitFor(100, TimeUnit.SECONDS);
    process.destroyForcibly();
    String text = Files.readString(output);
    assertThat(ended && process.exitValue() == 0).as(text).isTrue();
    return text;
  }

  private static void assertAscii(String text) {
    assertThat(text.codePoints().filter(c -> Character.isDigit(c) && c > 0x7f).toArray())
        .as(text)
        .isEmpty();
  }

  @Test
  void aSessionHasTheDigitsOfAscii() throws Exception {
    String said = run(ARABIC, Session.class.getName());

    assertThat(said).startsWith("sample: \u0661\u0662\u0663\u0664 i\n");
    String rest = said.substring(said.indexOf('\n'));
    assertAscii(rest);
    assertThat(rest).contains("hash: SCRAM-SHA-256$4096:", ",i=4096\n", "+0000 (UTC)", "nrcpt=1");
  }

  @Test
  void aSessionHasTheLettersOfAscii() throws Exception {
    String said = run(TURKISH, Session.class.getName());

    assertThat(said).startsWith("sample: 1234 \u0131\n");
    assertThat(said.substring(said.indexOf('\n'))).doesNotContain("\u0131", "\u0130");
  }
}
