package org.miltergate.it.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.mail.AuthenticationFailedException;
import jakarta.mail.Message;
import jakarta.mail.Session;
import jakarta.mail.Transport;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeMessage;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Properties;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.miltergate.gateway.auth.Passwords;
import org.miltergate.milter.test.smtp.ScriptedSmtpSink;
import org.miltergate.milter.test.smtp.SinkMessage;
import org.miltergate.peers.Certificates;
import org.miltergate.peers.Tool;
import org.miltergate.peers.process.Lab;
import org.miltergate.peers.process.LabExtension;

/** Programs that send mail by the libraries of their languages: Python's smtplib, Angus Mail. */
@ExtendWith(LabExtension.class)
class ClientsIT {
  private static final String PASSWORD = "open sesame";

  private static Path folder;
  private static Certificates certificates;
  private static ScriptedSmtpSink sink;
  private static EdgeGateway gateway;

  @BeforeAll
  static void start(Lab lab) throws Exception {
    folder = lab.newFolder();
    certificates = Certificates.in(folder).with("edge.test");
    sink = lab.add(ScriptedSmtpSink.start());
    gateway =
        EdgeGateway.start(
            lab,
            """
            listeners:
              - address: 127.0.0.1:0
                auth: required
                tls:
                  mode: starttls
                  certificate: %s
                  key: %s
            auth:
              failure-delay: 0s
              users:
                - name: alice
                  password: %s
            policy:
              trusted-networks: []
            next-hop: smtp://127.0.0.1:%d
            """
                .formatted(
                    certificates.chain("edge.test"),
                    certificates.key("edge.test"),
                    Passwords.hash(PASSWORD).text(),
                    sink.port()));
  }

  @Test
  void pythonSendsPlainEightBitAndUnicodeMail() throws Exception {
    Path script = folder.resolve("clients.py");
    try (InputStream text =
        Objects.requireNonNull(ClientsIT.class.getResourceAsStream("clients.py"))) {
      Files.copy(text, script);
    }
    int before = sink.messages().size();

    Tool python =
        Tool.run(
            folder,
            "python3",
            script,
            "127.0.0.1",
            gateway.port(),
            certificates.authority(),
            "alice",
            PASSWORD);

    assertThat(python).isEqualTo(new Tool(0, "{}\n{}\n{}\nrefused SMTPSenderRefused\n"));
    List<SinkMessage> messages = sink.awaitMessages(before + 3);
    SinkMessage plain = messages.get(before);
    assertThat(plain.content().toString()).endsWith("\r\n\r\none\r\n.\r\n..two\r\n");
    SinkMessage eight = messages.get(before + 1);
    assertThat(eight.mail()).contains(" BODY=8BITMIME");
    assertThat(eight.content().toString()).endsWith("gr\u00fc\u00dfe\r\n");
    SinkMessage wide = messages.get(before + 2);
    assertThat(wide.mail()).contains(latin1("<j\u00fcrgen@client.test>")).contains(" SMTPUTF8");
    assertThat(wide.recipients()).containsExactly(latin1("RCPT TO:<\u4e2d@remote.test>"));
    assertThat(wide.content().toString())
        .contains(latin1("Subject: \u00fc\r\n"))
        .contains(" with UTF8SMTPSA id ")
        .endsWith(latin1("\u4e2d\u6587\r\n"));
  }

  @Test
  void angusSendsInsideTlsAfterItsLogin() throws Exception {
    int before = sink.messages().size();

    send("alice", PASSWORD);

    SinkMessage message = sink.awaitMessages(before + 1).get(before);
    assertThat(message.mail()).startsWith(latin1("MAIL FROM:<j\u00fcrgen@client.test>"));
    assertThat(message.content().toString()).contains(" with UTF8SMTPSA id ");
  }

  @Test
  void angusHearsThatItsPasswordIsWrong() {
    assertThatThrownBy(() -> send("alice", "wrong"))
        .isInstanceOf(AuthenticationFailedException.class)
        .hasMessageContaining("535 5.7.8");
  }

  private static void send(String user, String password) throws Exception {
    Properties settings = new Properties();
    settings.setProperty("mail.smtp.auth", "true");
    settings.setProperty("mail.smtp.starttls.required", "true");
    settings.setProperty("mail.smtp.ssl.trust", "127.0.0.1");
    settings.setProperty("mail.smtp.ssl.checkserveridentity", "false");
    settings.setProperty("mail.mime.allowutf8", "true");
    settings.setProperty("mail.smtp.timeout", "30000");
    Session session = Session.getInstance(settings);
    MimeMessage message = new MimeMessage(session);
    message.setFrom(new InternetAddress("j\u00fcrgen@client.test"));
    message.setRecipient(Message.RecipientType.TO, new InternetAddress("bob@remote.test"));
    message.setSubject("gr\u00fc\u00dfe", "UTF-8");
    message.setText("\u4e2d\u6587\n", "UTF-8");
    try (Transport transport = session.getTransport("smtp")) {
      transport.connect("127.0.0.1", gateway.port(), user, password);
      transport.sendMessage(message, message.getAllRecipients());
    }
  }

  /** UTF-8 as the sink shows it: one char per byte. */
  private static String latin1(String text) {
    return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
  }
}
