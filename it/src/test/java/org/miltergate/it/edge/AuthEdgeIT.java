package org.miltergate.it.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.mail.AuthenticationFailedException;
import jakarta.mail.Message;
import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import jakarta.mail.Transport;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeMessage;
import java.util.Properties;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.miltergate.gateway.auth.Passwords;
import org.miltergate.milter.test.smtp.ScriptedSmtpSink;
import org.miltergate.peers.Tool;
import org.miltergate.peers.process.Lab;
import org.miltergate.peers.process.LabExtension;

/** Clients of others log in, and may then relay. */
@ExtendWith(LabExtension.class)
class AuthEdgeIT {
  private static final String PASSWORD = "p\u00e4ssw\u00f6rd";

  private static ScriptedSmtpSink sink;
  private static EdgeGateway gateway;

  @BeforeAll
  static void start(Lab lab) throws Exception {
    sink = lab.add(ScriptedSmtpSink.start());
    gateway =
        EdgeGateway.start(
            lab,
            """
            listeners:
              - address: 127.0.0.1:0
            auth:
              without-tls: true
              failure-delay: 10ms
              users:
                - name: alice
                  password: %s
                - name: bob
                  password: %s
            client-names:
              lookup: false
            policy:
              trusted-networks: []
            rates:
              client: {auth-failures: 0}
            next-hop: smtp://127.0.0.1:%d
            """
                .formatted(
                    Passwords.hash("secret", 4096).text(),
                    Passwords.hash(PASSWORD, 4096).text(),
                    sink.port()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"PLAIN", "LOGIN"})
  void swaksLogsIn(String mechanism, Lab lab) throws Exception {
    int before = sink.messages().size();

    Tool swaks = swaks(lab, mechanism, "secret");

    assertThat(swaks.status()).as(swaks.output()).isZero();
    assertThat(swaks.output()).contains("235 2.7.0 Authentication successful");
    assertThat(sink.awaitMessages(before + 1).get(before).content().toString())
        .contains("with ESMTPA id")
        .doesNotContain("Authenticated sender");
    gateway.awaitLog("client=unknown[127.0.0.1], sasl_method=" + mechanism, "sasl_username=alice");
  }

  @ParameterizedTest
  @ValueSource(strings = {"PLAIN", "LOGIN"})
  void swaksIsRefusedWithAnotherPassword(String mechanism, Lab lab) throws Exception {
    Tool swaks = swaks(lab, mechanism, "geheim");

    assertThat(swaks.status()).isNotZero();
    assertThat(swaks.output()).contains("535 5.7.8 Error: authentication failed");
    gateway.awaitLog(
        "warning: unknown[127.0.0.1]: SASL " + mechanism + " authentication failed",
        "sasl_username=alice");
    // Its base64 with LOGIN, and after the name with PLAIN.
    assertThat(gateway.log()).doesNotContain("geheim", "Z2VoZWlt", "AGdlaGVpb");
  }

  private static Tool swaks(Lab lab, String mechanism, String password) throws Exception {
    return Tool.run(
        lab.newFolder(),
        "swaks",
        "--server",
        "127.0.0.1:" + gateway.port(),
        "--from",
        "alice@client.test",
        "--to",
        "carol@remote.test",
        "--auth",
        mechanism,
        "--auth-user",
        "alice",
        "--auth-password",
        password);
  }

  @Test
  void pythonLogsInAsItLikes(Lab lab) throws Exception {
    int before = sink.messages().size();

    Tool python =
        Tool.runWithInput(
            lab.newFolder(),
            """
            import smtplib
            with smtplib.SMTP("127.0.0.1", %d) as smtp:
                smtp.login("alice", "secret")
                smtp.sendmail("alice@client.test", ["carol@remote.test"], "Subject: x\\n\\nx\\n")
            with smtplib.SMTP("127.0.0.1", %d) as smtp:
                smtp.ehlo()
                smtp.user, smtp.password = "alice", "secret"
                print(smtp.auth("LOGIN", smtp.auth_login, initial_response_ok=False))
            with smtplib.SMTP("127.0.0.1", %d) as smtp:
                try:
                    smtp.login("alice", "wrong")
                except smtplib.SMTPAuthenticationError as e:
                    print(e.smtp_code)
            """
                .formatted(gateway.port(), gateway.port(), gateway.port()),
            "python3",
            "-");

    assertThat(python).isEqualTo(new Tool(0, "(235, b'2.7.0 Authentication successful')\n535\n"));
    sink.awaitMessages(before + 1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"SCRAM-SHA-256", "PLAIN", "LOGIN"})
  void gnuSaslLogsIn(String mechanism, Lab lab) throws Exception {
    Tool gsasl = gsasl(lab, mechanism, "secret");

    assertThat(gsasl.output()).contains("235 2.7.0 Authentication successful");
    assertThat(gsasl.status()).as(gsasl.output()).isZero();
  }

  @Test
  void gnuSaslIsRefusedWithAnotherPassword(Lab lab) throws Exception {
    assertThat(gsasl(lab, "SCRAM-SHA-256", "geheim").output())
        .contains("535 5.7.8 Error: authentication failed");
    gateway.awaitLog("SASL SCRAM-SHA-256 authentication failed: unknown user or wrong password");
  }

  private static Tool gsasl(Lab lab, String mechanism, String password) throws Exception {
    return Tool.runWithInput(
        lab.newFolder(),
        "\n",
        "gsasl",
        "--smtp",
        "--no-starttls",
        "--connect=127.0.0.1:" + gateway.port(),
        "--mechanism=" + mechanism,
        "--authentication-id=alice",
        "--authorization-id=alice",
        "--password=" + password);
  }

  @ParameterizedTest
  @ValueSource(strings = {"PLAIN", "LOGIN"})
  void angusLogsIn(String mechanism) throws Exception {
    int before = sink.messages().size();

    sendByAngus(mechanism, "bob", PASSWORD);

    sink.awaitMessages(before + 1);
    gateway.awaitLog("sasl_method=" + mechanism, "sasl_username=bob");
  }

  @Test
  void angusIsRefusedWithAnotherPassword() {
    assertThatThrownBy(() -> sendByAngus("PLAIN", "bob", "secret"))
        .isInstanceOf(AuthenticationFailedException.class)
        .hasMessageContaining("535 5.7.8 Error: authentication failed");
  }

  private static void sendByAngus(String mechanism, String user, String password)
      throws MessagingException {
    Properties settings = new Properties();
    settings.setProperty("mail.smtp.host", "127.0.0.1");
    settings.setProperty("mail.smtp.port", Integer.toString(gateway.port()));
    settings.setProperty("mail.smtp.auth", "true");
    settings.setProperty("mail.smtp.auth.mechanisms", mechanism);
    settings.setProperty("mail.smtp.localhost", "client.test");
    settings.setProperty("mail.smtp.timeout", "20000");
    settings.setProperty("mail.smtp.connectiontimeout", "20000");
    MimeMessage message = new MimeMessage(Session.getInstance(settings));
    message.setFrom(new InternetAddress("bob@client.test"));
    message.setRecipient(Message.RecipientType.TO, new InternetAddress("carol@remote.test"));
    message.setSubject("x");
    message.setText("x");
    Transport.send(message, user, password);
  }
}
