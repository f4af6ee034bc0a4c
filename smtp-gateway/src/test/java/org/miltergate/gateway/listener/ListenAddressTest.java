package org.miltergate.gateway.listener;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.StandardProtocolFamily;
import java.nio.channels.ServerSocketChannel;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.miltergate.address.HostPort;
import org.miltergate.config.GatewayConfig;
import org.miltergate.config.listener.ListenerConfig;
import org.miltergate.gateway.testkit.RawSmtpClient;
import org.miltergate.gateway.testkit.TestServer;

/** Which clients come in at which listener; machines without IPv6 see the part of IPv4. */
class ListenAddressTest {
  private static final int TRIES = 10;

  private static boolean hasIpv6() {
    try (ServerSocketChannel probe = ServerSocketChannel.open(StandardProtocolFamily.INET6)) {
      probe.bind(new InetSocketAddress(InetAddress.getByName("::1"), 0));
      return true;
    } catch (IOException | UnsupportedOperationException e) {
      return false;
    }
  }

  /** Each listener greets by EHLO with the extension that is named as its host is written. */
  private static TestServer listening(String hosts) throws IOException {
    for (int i = 1; ; i++) {
      int port = freePort();
      List<ListenerConfig> listeners =
          Arrays.stream(hosts.split(" "))
              .map(host -> ListenerConfig.of(HostPort.parse(host + ":" + port)))
              .map(l -> l.with(ListenerConfig.HIDE_EXTENSIONS, hidden(l.address().host())))
              .toList();
      try {
        return TestServer.builder()
            .config(all -> all.set(GatewayConfig.LISTENERS, listeners))
            .start();
      } catch (IOException e) {
        if (i == TRIES || !String.valueOf(e.getMessage()).contains("in use")) {
          throw e;
        }
      }
    }
  }

  private static List<String> hidden(String host) {
    return host.contains(":") ? List.of("SIZE") : List.of("PIPELINING");
  }

  private static int freePort() throws IOException {
    try (ServerSocket probe = new ServerSocket(0)) {
      return probe.getLocalPort();
    }
  }

  /** Returns {@code four} or {@code six} for the listener's family, or {@code refused}. */
  private static String cameIn(TestServer server, String client) throws IOException {
    InetSocketAddress target =
        new InetSocketAddress(InetAddress.getByName(client), server.address().getPort());
    try (RawSmtpClient connected = RawSmtpClient.connect(target)) {
      connected.play("S: 220 ...\nC: EHLO client.test\nS: 250-gw.test");
      return connected.readLine().equals("250-PIPELINING") ? "six" : "four";
    } catch (java.net.ConnectException e) {
      return "refused";
    }
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "0.0.0.0,        four,    refused",
    "127.0.0.1,      four,    refused",
    "[::1],          refused, six",
    "[::],           six,     six",
    "0.0.0.0 [::],   four,    six",
    "[::] 0.0.0.0,   four,    six",
    "127.0.0.1 [::], four,    six",
    "[::] 127.0.0.1, four,    six",
    "127.0.0.1 [::1], four,   six",
  })
  void takesClientsOfItsFamily(String hosts, String four, String six) throws IOException {
    boolean ipv6 = hasIpv6();
    Assumptions.assumeTrue(ipv6 || !hosts.contains("["), "no IPv6 here");
    try (TestServer server = listening(hosts)) {
      for (int i = 0; i < 5; i++) {
        assertThat(cameIn(server, "127.0.0.1")).isEqualTo(four);
        assertThat(ipv6 ? cameIn(server, "::1") : six).isEqualTo(six);
      }
    }
  }

  @ParameterizedTest(name = "{0}")
  @ValueSource(strings = {"0.0.0.0", "[::]", "0.0.0.0 [::]", "[::] 0.0.0.0"})
  void nobodyElseGetsThePortMeanwhile(String hosts) throws IOException {
    Assumptions.assumeTrue(hasIpv6() || !hosts.contains("["), "no IPv6 here");
    try (TestServer server = listening(hosts)) {
      int port = server.address().getPort();
      String second = hosts.split(" ")[0];

      assertThatThrownBy(() -> TestServer.builder().address(second + ":" + port).start().close())
          .isInstanceOf(IOException.class)
          .hasMessageContaining("Address already in use")
          .hasRootCauseInstanceOf(BindException.class);
    }
  }
}
