package org.miltergate.gateway.smtp.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.miltergate.gateway.testkit.Transcripts.MESSAGE_TO_RELAY_DOMAIN;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.miltergate.address.Cidr;
import org.miltergate.config.GatewayConfig;
import org.miltergate.config.policy.PolicyConfig;
import org.miltergate.gateway.testkit.RawSmtpClient;
import org.miltergate.gateway.testkit.TestServer;

class ForwardedClientTest {
  private static final List<Cidr> LOOPBACK = List.of(Cidr.parse("127.0.0.0/8"));

  private static TestServer.Builder xclient() {
    return TestServer.builder()
        .config(all -> {
          PolicyConfig policy =
              TestServer.Builder.testPolicy().with(PolicyConfig.XCLIENT_NETWORKS, LOOPBACK);
          all.set(GatewayConfig.POLICY, policy);
        });
  }

  private static TestServer.Builder xforward() {
    return TestServer.builder()
        .config(all ->
            all.set(
                GatewayConfig.POLICY,
                TestServer.Builder.testPolicy().with(PolicyConfig.XFORWARD_NETWORKS, LOOPBACK)));
  }

  @Test
  void beginsAnewWithTheClientThatXclientNames() throws IOException {
    try (TestServer server = xclient().start();
        RawSmtpClient client = server.client()) {
      client.play(
          """
          C: EHLO proxy.test
          S+ 250
          C: XCLIENT name=spike.example.org ADDR=192.0.2.1 PORT=1234
          S: 220 gw.test ESMTP Miltergate
          C: EHLO spike.example.org
          S+ 250
          C: MAIL FROM:<a@example.org>
          S: 250 2.1.0 Ok
          C: RCPT TO:<b@example.net>
          S: 554 5.7.1 <b@example.net>: Relay access denied
          C: RCPT TO:<b@here.test>
          S: 250 2.1.5 Ok
          C: DATA
          S: 354 ...
          C: .
          S: 250 2.0.0 Ok: queued as ...
          C: XCLIENT NAME=other.example.org
          S: 550 5.7.0 Error: insufficient authorization
          """);

      assertThat(server.log())
          .contains("XCLIENT from unknown[127.0.0.1]: client=spike.example.org[192.0.2.1]")
          .anyMatch(line -> line.endsWith(": client=spike.example.org[192.0.2.1]"));
      assertThat(server.nextHop().onlyMail().received())
          .contains("from spike.example.org (spike.example.org [192.0.2.1])");
    }
  }

  @Test
  void keepsHeloAndProtocolThatXclientBrings() throws IOException {
    try (TestServer server = xclient().start();
        RawSmtpClient client = server.client()) {
      client.play(
          """
          C: XCLIENT HELO=spike.example.org PROTO=ESMTP
          S: 220 gw.test ESMTP Miltergate
          C: XCLIENT NAME=[UNAVAILABLE] ADDR=IPV6:2001:db8::1 HELO=<spike> PROTO=esmtp
          S: 220 gw.test ESMTP Miltergate
          """
              + MESSAGE_TO_RELAY_DOMAIN);

      assertThat(server.nextHop().onlyMail().received())
          .contains("from ?spike? (unknown [IPv6:2001:db8::1])")
          .contains("with ESMTP id");
    }
  }

  @Test
  void knowsNoAddressIfXclientSaysThatItIsUnavailable() throws IOException {
    try (TestServer server = xclient().start();
        RawSmtpClient client = server.client()) {
      client.play(
          """
          C: XCLIENT NAME=[TEMPUNAVAIL] ADDR=[UNAVAILABLE] PORT=[unavailable] HELO=[UNAVAILABLE]
          S: 220 gw.test ESMTP Miltergate
          C: HELO spike.example.org
          S: 250 gw.test
          C: MAIL FROM:<a@example.org>
          S: 250 2.1.0 Ok
          C: RCPT TO:<b@example.net>
          S: 554 5.7.1 <b@example.net>: Relay access denied
          C: RCPT TO:<b@here.test>
          S: 250 2.1.5 Ok
          """);

      assertThat(server.log()).anyMatch(line -> line.endsWith(": client=unknown[unknown]"));
    }
  }

  @Test
  void takesALoginOfXclientForTheClients() throws IOException {
    try (TestServer server = xclient().start();
        RawSmtpClient client = server.client()) {
      client.play(
          """
          C: XCLIENT ADDR=192.0.2.1 LOGIN=al+2Bice
          S: 220 gw.test ESMTP Miltergate
          C: EHLO spike.example.org
          S+ 250
          C: MAIL FROM:<a@example.org>
          S: 250 2.1.0 Ok
          C: RCPT TO:<b@example.net>
          S: 250 2.1.5 Ok
          """);

      assertThat(server.log())
          .anyMatch(line ->
              line.endsWith(
                  "client=unknown[192.0.2.1], sasl_method=XCLIENT, sasl_username=al+ice"));
    }
  }

  @Test
  void offersEachToThoseWhoMaySayItAlone() throws IOException {
    String xclient = "250-XCLIENT NAME ADDR PROTO HELO REVERSE_NAME PORT LOGIN DESTADDR DESTPORT";
    String xforward = "250-XFORWARD NAME ADDR PROTO HELO SOURCE PORT IDENT";
    try (TestServer proxies = xclient().start();
        RawSmtpClient proxy = proxies.client();
        TestServer filters = xforward().start();
        RawSmtpClient filter = filters.client();
        TestServer server = TestServer.start();
        RawSmtpClient client = server.client()) {
      assertThat(offered(proxy)).contains(xclient).doesNotContain(xforward);
      proxy.play("C: XCLIENT ADDR=192.0.2.1\nS: 220 gw.test ESMTP Miltergate");
      assertThat(offered(proxy)).doesNotContain(xclient, xforward);
      assertThat(offered(filter)).contains(xforward).doesNotContain(xclient);
      assertThat(offered(client)).doesNotContain(xclient, xforward);
    }
  }

  private static List<String> offered(RawSmtpClient client) throws IOException {
    client.send("EHLO client.test\r\n");
    List<String> lines = new ArrayList<>();
    do {
      lines.add(client.readLine());
    } while (!lines.getLast().startsWith("250 "));
    return lines;
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "XCLIENT,                        501 5.5.4 Syntax: XCLIENT attribute=value...",
    "XCLIENT NAME,                   501 5.5.4 Error: attribute=value expected",
    "XCLIENT NAME=,                  501 5.5.4 Error: attribute=value expected",
    "XCLIENT NAME=192.0.2.1,         501 5.5.4 Bad NAME syntax: 192.0.2.1",
    "XCLIENT NAME=a+0Ab,             501 5.5.4 Bad NAME syntax: a?b",
    "XCLIENT REVERSE_NAME=a..b,      501 5.5.4 Bad REVERSE_NAME syntax: a..b",
    "XCLIENT ADDR=localhost,         501 5.5.4 Bad ADDR syntax: localhost",
    "XCLIENT ADDR=IPV6:192.0.2.1,    501 5.5.4 Bad ADDR syntax: IPV6:192.0.2.1",
    "XCLIENT PORT=65536,             501 5.5.4 Bad PORT syntax: 65536",
    "XCLIENT PORT=-1,                501 5.5.4 Bad PORT syntax: -1",
    "XCLIENT PROTO=LMTP,             501 5.5.4 Bad PROTO syntax: LMTP",
    "XCLIENT DESTADDR=x,             501 5.5.4 Bad DESTADDR syntax: x",
    "XCLIENT DESTPORT=x,             501 5.5.4 Bad DESTPORT syntax: x",
    "XCLIENT ADDR=192.0.2.1 COLOR=x, 501 5.5.4 Bad XCLIENT attribute name: COLOR",
  })
  void refusesXclientThatIsWrongAndChangesNothing(String command, String reply) throws IOException {
    try (TestServer server = xclient().start();
        RawSmtpClient client = server.client()) {
      client.play("C: " + command);
      assertThat(client.readLine()).isEqualTo(reply);
      client.play("C: QUIT\nS: 221 ...\nS! closed");

      assertThat(server.log())
          .anyMatch(line -> line.startsWith("disconnect from unknown[127.0.0.1]"));
    }
  }

  @Test
  void refusesAValueThatIsTooLong() throws IOException {
    try (TestServer server = xclient().start();
        RawSmtpClient client = server.client()) {
      client.play(
          "C: XCLIENT HELO=" + "x".repeat(256) + "\nS: 501 5.5.4 Error: attribute value too long");
    }
  }

  @Test
  void refusesBothWithinATransaction() throws IOException {
    try (TestServer server = xclient().start();
        RawSmtpClient client = server.client()) {
      client.play(
          """
          C: MAIL FROM:<a@example.org>
          S: 250 2.1.0 Ok
          C: XCLIENT ADDR=192.0.2.1
          S: 503 5.5.1 Error: MAIL transaction in progress
          C: XFORWARD ADDR=192.0.2.1
          S: 503 5.5.1 Error: MAIL transaction in progress
          C: RSET
          S: 250 2.0.0 Ok
          C: XFORWARD ADDR=192.0.2.1
          S: 550 5.7.0 Error: insufficient authorization
          """);
    }
  }

  @Test
  void refusesBothToEverybodyElse() throws IOException {
    try (TestServer server = TestServer.start();
        RawSmtpClient client = server.client()) {
      client.play(
          """
          C: XCLIENT ADDR=192.0.2.1
          S: 550 5.7.0 Error: insufficient authorization
          C: XFORWARD ADDR=192.0.2.1
          S: 550 5.7.0 Error: insufficient authorization
          C: EHLO client.test
          S+ 250
          """);
    }
  }

  @Test
  void logsWhereAMessageComesFromAndNothingElse() throws IOException {
    try (TestServer server = xforward().start();
        RawSmtpClient client = server.client()) {
      client.play(
          """
          C: XFORWARD NAME=spike.example.org ADDR=192.0.2.1 PORT=1234 PROTO=ESMTP SOURCE=REMOTE
          S: 250 2.0.0 Ok
          C: XFORWARD HELO=spike.example.org IDENT=4fX(1)
          S: 250 2.0.0 Ok
          C: MAIL FROM:<a@example.org>
          S: 250 2.1.0 Ok
          C: RCPT TO:<b@example.net>
          S: 250 2.1.5 Ok
          C: RSET
          S: 250 2.0.0 Ok
          C: MAIL FROM:<a@example.org>
          S: 250 2.1.0 Ok
          C: RCPT TO:<b@example.net>
          S: 250 2.1.5 Ok
          C: RSET
          S: 250 2.0.0 Ok
          C: XFORWARD SOURCE=NEAR
          S: 501 5.5.4 Bad SOURCE syntax: NEAR
          C: XFORWARD LOGIN=alice
          S: 501 5.5.4 Bad XFORWARD attribute name: LOGIN
          """);

      List<String> clients =
          server.log().stream()
              .filter(line -> line.contains(": client="))
              .map(line -> line.substring(line.indexOf("client=")))
              .toList();
      assertThat(clients)
          .containsExactly(
              "client=unknown[127.0.0.1], orig_queue_id=4fX?1?,"
                  + " orig_client=spike.example.org[192.0.2.1]",
              "client=unknown[127.0.0.1]");
    }
  }

  @Test
  void forgetsWhereAMessageComesFromWhenAnotherClientBegins() throws IOException {
    TestServer.Builder both =
        TestServer.builder()
            .config(all ->
                all.set(
                    GatewayConfig.POLICY,
                    TestServer.Builder.testPolicy()
                        .with(PolicyConfig.XCLIENT_NETWORKS, LOOPBACK)
                        .with(PolicyConfig.XFORWARD_NETWORKS, LOOPBACK)));
    try (TestServer server = both.start();
        RawSmtpClient client = server.client()) {
      client.play(
          """
          C: XFORWARD NAME=spike.example.org ADDR=192.0.2.9
          S: 250 2.0.0 Ok
          C: XCLIENT ADDR=192.0.2.1 HELO=other.example.org
          S: 220 gw.test ESMTP Miltergate
          C: MAIL FROM:<a@example.org>
          S: 250 2.1.0 Ok
          C: RCPT TO:<b@here.test>
          S: 250 2.1.5 Ok
          """);

      assertThat(server.log()).anyMatch(line -> line.matches("\\w+: client=unknown\\[192.0.2.1]"));
    }
  }
}
