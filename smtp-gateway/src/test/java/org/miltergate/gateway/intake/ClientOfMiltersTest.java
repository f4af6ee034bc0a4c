package org.miltergate.gateway.intake;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.miltergate.address.Cidr;
import org.miltergate.address.HostPort;
import org.miltergate.config.GatewayConfig;
import org.miltergate.config.limits.ClientNamesConfig;
import org.miltergate.config.listener.ListenerConfig;
import org.miltergate.config.policy.PolicyConfig;
import org.miltergate.config.setting.Changes;
import org.miltergate.gateway.dns.DnsServer;
import org.miltergate.gateway.testkit.RawSmtpClient;
import org.miltergate.gateway.testkit.TestServer;
import org.miltergate.milter.bytes.Bytes;
import org.miltergate.milter.session.MacroLists;
import org.miltergate.milter.session.MilterClient;
import org.miltergate.milter.test.ScriptedMilter;
import org.miltergate.milter.wire.ClientAddress;
import org.miltergate.milter.wire.Command;
import org.miltergate.milter.wire.MacroStage;

/** What milters hear of a client, whoever said who it is. */
class ClientOfMiltersTest {
  private static final MacroLists ALL =
      MacroLists.DEFAULT.with(
          MacroStage.CONNECT,
          List.of(
                  ("_ {daemon_addr} {daemon_port} {client_addr} {client_name} {client_port}"
                          + " {client_ptr} {client_resolve} {client_connections}")
                      .split(" ", -1))
              .stream()
              .map(Bytes::ofLatin1)
              .toList());
  private static final List<Cidr> LOOPBACK = List.of(Cidr.parse("127.0.0.0/8"));

  private static void trustProxies(Changes<GatewayConfig> all) {
    ListenerConfig listener = ListenerConfig.of(HostPort.parse("127.0.0.1:0"));
    all.set(
            GatewayConfig.LISTENERS,
            List.of(listener.with(ListenerConfig.PROXY_PROTOCOL, LOOPBACK)))
        .set(
            GatewayConfig.POLICY,
            TestServer.Builder.testPolicy()
                .with(PolicyConfig.XCLIENT_NETWORKS, List.of(Cidr.parse("192.0.2.0/24"))));
  }

  @Test
  void isTheOneThatProxiesName() throws IOException {
    try (ScriptedMilter milter = ScriptedMilter.builder().start();
        TestServer server =
            TestServer.builder()
                .config(ClientOfMiltersTest::trustProxies)
                .milter(MilterClient.builder("m1", milter.address()).macroLists(ALL).build())
                .start();
        RawSmtpClient client = server.connect()) {
      client.play(
          """
          C: PROXY TCP4 192.0.2.1 198.51.100.2 56324 2525
          S: 220 gw.test ESMTP Miltergate
          C: EHLO proxy.test
          S+ 250
          C: XCLIENT ADDR=IPV6:2001:db8::1 NAME=spike.example.org PORT=7 DESTADDR=198.51.100.9
          S: 220 gw.test ESMTP Miltergate
          C: EHLO spike.example.org
          S+ 250
          C: QUIT
          S: 221 2.0.0 Bye
          """);

      assertThat(connect(milter, 0))
          .isEqualTo(
              new Command.Connect(
                  Bytes.ofLatin1("[192.0.2.1]"),
                  new ClientAddress(
                      ClientAddress.Family.INET4, 56324, Bytes.ofLatin1("192.0.2.1"))));
      assertThat(macros(milter, 0))
          .containsEntry("_", "unknown [192.0.2.1]")
          .containsEntry("{daemon_addr}", "198.51.100.2")
          .containsEntry("{daemon_port}", "2525")
          .containsEntry("{client_addr}", "192.0.2.1")
          .containsEntry("{client_port}", "56324")
          .containsEntry("{client_connections}", "1");
      assertThat(connect(milter, 1))
          .isEqualTo(
              new Command.Connect(
                  Bytes.ofLatin1("spike.example.org"),
                  new ClientAddress(ClientAddress.Family.INET6, 7, Bytes.ofLatin1("2001:db8::1"))));
      assertThat(macros(milter, 1))
          .containsEntry("_", "spike.example.org [2001:db8::1]")
          .containsEntry("{daemon_addr}", "198.51.100.9")
          .containsEntry("{daemon_port}", "2525")
          .containsEntry("{client_addr}", "IPv6:2001:db8::1")
          .containsEntry("{client_name}", "spike.example.org")
          .containsEntry("{client_ptr}", "spike.example.org")
          .containsEntry("{client_resolve}", "OK")
          .containsEntry("{client_port}", "7");
    }
  }

  @Test
  void hasTheNameOfItsAddressBesidesTheOneThatIsConfirmed() throws IOException {
    try (DnsServer dns = DnsServer.start();
        ScriptedMilter milter = ScriptedMilter.builder().start();
        TestServer server =
            TestServer.builder()
                .config(ClientOfMiltersTest::trustProxies)
                .config(all ->
                    all.set(
                        GatewayConfig.CLIENT_NAMES,
                        ClientNamesConfig.DEFAULT.with(
                            ClientNamesConfig.SERVERS,
                            List.of(new HostPort("127.0.0.1", dns.address().getPort())))))
                .milter(MilterClient.builder("m1", milter.address()).macroLists(ALL).build())
                .start();
        RawSmtpClient good = server.connect();
        RawSmtpClient forged = server.connect()) {
      dns.pointer("192.0.2.1", "mail.example.org").address("mail.example.org", "192.0.2.1");
      dns.pointer("192.0.2.2", "mail.example.org");
      good.play("C: PROXY TCP4 192.0.2.1 198.51.100.2 56324 2525\nS: 220 ...");
      forged.play("C: PROXY TCP4 192.0.2.2 198.51.100.2 56324 2525\nS: 220 ...");

      assertThat(connect(milter, 0))
          .isEqualTo(
              new Command.Connect(
                  Bytes.ofLatin1("mail.example.org"),
                  new ClientAddress(
                      ClientAddress.Family.INET4, 56324, Bytes.ofLatin1("192.0.2.1"))));
      assertThat(macros(milter, 0))
          .containsEntry("_", "mail.example.org [192.0.2.1]")
          .containsEntry("{client_name}", "mail.example.org")
          .containsEntry("{client_ptr}", "mail.example.org")
          .containsEntry("{client_resolve}", "OK");
      assertThat(connect(milter, 1))
          .isEqualTo(
              new Command.Connect(
                  Bytes.ofLatin1("[192.0.2.2]"),
                  new ClientAddress(
                      ClientAddress.Family.INET4, 56324, Bytes.ofLatin1("192.0.2.2"))));
      assertThat(macros(milter, 1))
          .containsEntry("_", "mail.example.org [192.0.2.2] (may be forged)")
          .containsEntry("{client_name}", "unknown")
          .containsEntry("{client_ptr}", "mail.example.org")
          .containsEntry("{client_resolve}", "FORGED");
    }
  }

  /** Returns what the milter heard first in the connection of that number. */
  private static Command connect(ScriptedMilter milter, int number) {
    return milter.connections().get(number).received(Command.Connect.class).getFirst().command();
  }

  private static Map<String, String> macros(ScriptedMilter milter, int number) {
    return milter.connections().get(number).received(Command.Connect.class).getFirst().macros();
  }
}
