package org.miltergate.gateway.dns;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.miltergate.address.HostPort;
import org.miltergate.config.limits.ClientNamesConfig;
import org.miltergate.gateway.dns.ClientName.Status;
import org.xbill.DNS.Name;

class ClientNamesTest {
  private static final Duration LONG = Duration.ofSeconds(30);
  private static final Duration SHORT = Duration.ofMillis(300);

  @TempDir Path directory;
  private DnsServer dns;

  @BeforeEach
  void startServer() throws IOException {
    dns = DnsServer.start();
  }

  @AfterEach
  void stopServer() throws IOException {
    dns.close();
  }

  private ClientNames names(Duration timeout) throws IOException {
    return names(timeout, 100, "");
  }

  private ClientNames names(Duration timeout, int concurrent, String hosts) throws IOException {
    Path file = Files.writeString(directory.resolve("hosts"), hosts);
    ClientNamesConfig settings =
        ClientNamesConfig.DEFAULT
            .with(ClientNamesConfig.TIMEOUT, timeout)
            .with(ClientNamesConfig.CONCURRENT, concurrent)
            .with(
                ClientNamesConfig.SERVERS,
                List.of(new HostPort("127.0.0.1", dns.address().getPort())));
    return new ClientNames(DnsClient.of(settings), new HostsFile(file), settings, () -> {});
  }

  private static InetAddress ip(String text) throws UnknownHostException {
    return InetAddress.getByName(text);
  }

  @ParameterizedTest
  @CsvSource({"192.0.2.1", "2001:db8::1"})
  void believesANameThatHasTheAddress(String address) throws IOException {
    dns.pointer(address, "mail.example.org")
        .address("mail.example.org", "192.0.2.99")
        .address("mail.example.org", "2001:db8::99")
        .address("mail.example.org", address);

    assertThat(names(LONG).lookup(ip(address))).isEqualTo(ClientName.verified("mail.example.org"));
  }

  @Test
  void doesNotBelieveANameThatHasOtherAddresses() throws IOException {
    dns.pointer("192.0.2.1", "bank.example.com").address("bank.example.com", "192.0.2.2");

    assertThat(names(LONG).lookup(ip("192.0.2.1")))
        .isEqualTo(ClientName.unconfirmed("bank.example.com", Status.FORGED));
  }

  @Test
  void doesNotBelieveANameThatDoesNotExist() throws IOException {
    dns.pointer("192.0.2.1", "nowhere.example.com");

    assertThat(names(LONG).lookup(ip("192.0.2.1")))
        .isEqualTo(ClientName.unconfirmed("nowhere.example.com", Status.FORGED));
  }

  @Test
  void knowsNoNameOfAnAddressWithoutOne() throws IOException {
    assertThat(names(LONG).lookup(ip("192.0.2.1"))).isEqualTo(ClientName.unknown(Status.FAIL));
  }

  @Test
  void followsAliasesOnBothWays() throws IOException {
    dns.alias("1.2.0.192.in-addr.arpa", "1.0-63.2.0.192.in-addr.arpa")
        .alias("1.0-63.2.0.192.in-addr.arpa", "one.rev.example.net")
        .add(
            new org.xbill.DNS.PTRRecord(
                DnsServer.name("one.rev.example.net"),
                org.xbill.DNS.DClass.IN,
                60,
                DnsServer.name("mail.example.org")))
        .alias("mail.example.org", "host.example.net")
        .address("host.example.net", "192.0.2.1");

    assertThat(names(LONG).lookup(ip("192.0.2.1")))
        .isEqualTo(ClientName.verified("mail.example.org"));
  }

  @Test
  void givesUpOnAliasesThatGoInCircles() throws IOException {
    dns.pointer("192.0.2.1", "a.example.org")
        .alias("a.example.org", "b.example.org")
        .alias("b.example.org", "a.example.org");

    assertThat(names(LONG).lookup(ip("192.0.2.1")))
        .isEqualTo(ClientName.unconfirmed("a.example.org", Status.TEMP));
  }

  @Test
  void givesUpOnAChainOfTooManyAliases() throws IOException {
    dns.pointer("192.0.2.1", "a0.example.org").address("a15.example.org", "192.0.2.1");
    for (int i = 0; i < 15; i++) {
      dns.alias("a" + i + ".example.org", "a" + (i + 1) + ".example.org");
    }

    assertThat(names(LONG).lookup(ip("192.0.2.1")).isKnown()).isFalse();
  }

  @Test
  void asksByTcpForAnAnswerThatIsTooLongAndTakesTheFirstOfAThousandNames() throws IOException {
    for (int i = 0; i < 1000; i++) {
      dns.pointer("192.0.2.1", "name-" + i + ".example.org");
      dns.address("name-" + i + ".example.org", "192.0.2.1");
    }

    ClientName name = names(LONG).lookup(ip("192.0.2.1"));

    assertThat(name.status()).isEqualTo(Status.OK);
    assertThat(name.name()).matches("name-\\d+\\.example\\.org");
    assertThat(dns.questions()).hasSize(3); // PTR by UDP, PTR by TCP, A
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "192.0.2.1",
    "'bad name.example.org'",
    "'bad\\010name.example.org'",
    "'bad\\000name.example.org'",
    "-bad.example.org",
    "'b\\195\\164d.example.org'",
    "'a\\.b.example.org'",
    "'<script>.example.org'",
    ".",
  })
  void passesNoNameOnThatIsNoHostName(String pointer) throws IOException {
    dns.pointer("192.0.2.1", Name.fromString(pointer, Name.root));

    assertThat(names(LONG).lookup(ip("192.0.2.1"))).isEqualTo(ClientName.unknown(Status.FAIL));
  }

  @Test
  void hasNoNameForNowIfTheServerDoesNotAnswer() throws IOException {
    dns.silentOn(DnsServer.reverse("192.0.2.1"));

    assertThat(names(SHORT).lookup(ip("192.0.2.1"))).isEqualTo(ClientName.unknown(Status.TEMP));
  }

  @Test
  void keepsTheNameThatIsNotConfirmedInTime() throws IOException {
    dns.pointer("192.0.2.1", "slow.example.org").silentOn(DnsServer.name("slow.example.org"));

    assertThat(names(Duration.ofSeconds(1)).lookup(ip("192.0.2.1")))
        .isEqualTo(ClientName.unconfirmed("slow.example.org", Status.TEMP));
  }

  @Test
  void doesNotTakeTheAnswerToAnotherQuestion() throws IOException {
    dns.pointer("192.0.2.1", "evil.example.org")
        .address("evil.example.org", "192.0.2.1")
        .wrongIdOn(DnsServer.reverse("192.0.2.1"));

    assertThat(names(SHORT).lookup(ip("192.0.2.1"))).isEqualTo(ClientName.unknown(Status.TEMP));
  }

  @Test
  void hasNoNameForNowIfTheServerFailsOrTalksNonsense() throws IOException {
    dns.failOn(DnsServer.reverse("192.0.2.1"));
    dns.pointer("192.0.2.2", "two.example.org").halfAnswerOn(DnsServer.reverse("192.0.2.2"));
    ClientNames names = names(SHORT);

    assertThat(names.lookup(ip("192.0.2.1"))).isEqualTo(ClientName.unknown(Status.TEMP));
    assertThat(names.lookup(ip("192.0.2.2"))).isEqualTo(ClientName.unknown(Status.TEMP));
  }

  @Test
  void keepsNamesAndThatThereIsNone() throws IOException {
    dns.pointer("192.0.2.1", "mail.example.org").address("mail.example.org", "192.0.2.1");
    ClientNames names = names(LONG);

    for (int i = 0; i < 3; i++) {
      assertThat(names.lookup(ip("192.0.2.1")).isKnown()).isTrue();
      assertThat(names.lookup(ip("192.0.2.2")).isKnown()).isFalse();
    }

    assertThat(dns.questions())
        .containsExactly(
            "PTR 1.2.0.192.in-addr.arpa.", "A mail.example.org.", "PTR 2.2.0.192.in-addr.arpa.");
  }

  @Test
  void sharesOneLookupAmongClientsOfOneAddress() throws Exception {
    dns.pointer("192.0.2.1", "mail.example.org").address("mail.example.org", "192.0.2.1").hold();
    ClientNames names = names(LONG, 1, "");

    List<CompletableFuture<ClientName>> clients =
        IntStream.range(0, 50).mapToObj(i -> inBackground(names, "192.0.2.1")).toList();
    awaitQuestions(1);
    dns.release();

    for (CompletableFuture<ClientName> client : clients) {
      assertThat(client.get()).isEqualTo(ClientName.verified("mail.example.org"));
    }
    assertThat(names.skipped()).isZero();
    assertThat(dns.questions()).hasSize(2);
  }

  @Test
  void looksUpNoMoreAtOnceThanAllowed() throws Exception {
    dns.pointer("192.0.2.1", "mail.example.org").address("mail.example.org", "192.0.2.1").hold();
    ClientNames names = names(LONG, 1, "");
    CompletableFuture<ClientName> first = inBackground(names, "192.0.2.1");
    awaitQuestions(1);

    assertThat(names.lookup(ip("192.0.2.2"))).isEqualTo(ClientName.unknown(Status.TEMP));
    assertThat(names.skipped()).isEqualTo(1);

    dns.release();
    assertThat(first.get().isKnown()).isTrue();
    Awaitility.await().until(() -> names.lookup(ip("192.0.2.2")).status() == Status.FAIL);
  }

  private static CompletableFuture<ClientName> inBackground(ClientNames names, String address) {
    CompletableFuture<ClientName> name = new CompletableFuture<>();
    Thread.startVirtualThread(() -> {
      try {
        name.complete(names.lookup(ip(address)));
      } catch (UnknownHostException e) {
        name.completeExceptionally(e);
      }
    });
    return name;
  }

  private void awaitQuestions(int number) {
    Awaitility.await().until(() -> dns.questions().size() >= number);
  }

  @Test
  void asksTheHostsFileFirst() throws IOException {
    String hosts =
        """
        # a comment
        127.0.0.1   localhost loopback
        192.0.2.1   one.example.org one   # another
        192.0.2.2   two.example.org
        192.0.2.3   two.example.org
        192.0.2.4   not!a!name
        2001:db8::1 six.example.org
        nonsense
        """;
    ClientNames names = names(LONG, 100, hosts);

    assertThat(names.lookup(ip("127.0.0.1")).name()).isEqualTo("localhost");
    assertThat(names.lookup(ip("192.0.2.1")).name()).isEqualTo("one.example.org");
    assertThat(names.lookup(ip("192.0.2.3")).name()).isEqualTo("two.example.org");
    assertThat(names.lookup(ip("192.0.2.4"))).isEqualTo(ClientName.unknown(Status.FAIL));
    assertThat(names.lookup(ip("2001:db8::1")).name()).isEqualTo("six.example.org");
    assertThat(dns.questions()).isEmpty();
  }
}
