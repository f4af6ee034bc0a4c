package org.miltergate.gateway.dns;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.miltergate.gateway.dns.MxLookupException.Reason;

class MxLookupTest {
  private static final Duration LONG = Duration.ofSeconds(30);

  private DnsServer dns;
  private MxLookup lookup;

  @BeforeEach
  void startServer() throws IOException {
    dns = DnsServer.start();
    lookup = new MxLookup(new DnsClient(List.of(dns.address()), LONG));
  }

  @AfterEach
  void stopServer() throws IOException {
    dns.close();
  }

  @Test
  void returnsHostsByPreferenceWithTheirAddresses() throws IOException {
    dns.mx("example.org", 20, "backup.example.net")
        .mx("example.org", 10, "MX1.example.org")
        .mx("example.org", 10, "mx2.example.org")
        .address("mx1.example.org", "192.0.2.1")
        .address("mx1.example.org", "2001:db8::1")
        .address("mx2.example.org", "192.0.2.2")
        .address("backup.example.net", "192.0.2.9");

    List<MxHost> hosts = lookup.lookup("Example.ORG.", LONG);

    assertThat(hosts)
        .containsExactlyInAnyOrder(
            new MxHost("mx1.example.org", 10, ips("192.0.2.1", "2001:db8::1")),
            new MxHost("mx2.example.org", 10, ips("192.0.2.2")),
            new MxHost("backup.example.net", 20, ips("192.0.2.9")));
    assertThat(hosts.getLast().name()).isEqualTo("backup.example.net");
  }

  private static List<InetAddress> ips(String... addresses) throws IOException {
    InetAddress[] all = new InetAddress[addresses.length];
    for (int i = 0; i < all.length; i++) {
      all[i] = InetAddress.getByName(addresses[i]);
    }
    return List.of(all);
  }

  @Test
  void takesTheDomainItselfIfItHasNoMx() throws IOException {
    dns.address("example.org", "192.0.2.1");

    assertThat(lookup.lookup("example.org", LONG))
        .containsExactly(new MxHost("example.org", 0, ips("192.0.2.1")));
  }

  @Test
  void followsAnAliasOfTheDomainAndOfAHost() throws IOException {
    dns.alias("www.example.org", "example.net")
        .mx("example.net", 5, "mail.example.net")
        .alias("mail.example.net", "host.example.net")
        .address("host.example.net", "192.0.2.1");

    assertThat(lookup.lookup("www.example.org", LONG))
        .containsExactly(new MxHost("mail.example.net", 5, ips("192.0.2.1")));
  }

  @Test
  void saysThatADomainTakesNoMail() throws IOException {
    dns.mx("example.org", 0, ".").address("example.org", "192.0.2.1");

    assertReason("example.org", Reason.NULL_MX);
  }

  @Test
  void passesANullMxAmongOthersOver() throws IOException {
    dns.mx("example.org", 0, ".")
        .mx("example.org", 10, "mx.example.org")
        .address("mx.example.org", "192.0.2.1");

    assertThat(lookup.lookup("example.org", LONG)).hasSize(1);
  }

  @Test
  void saysWhyThereIsNoHost() throws IOException {
    dns.mx("lost.example", 10, "gone.example")
        .alias("odd.example", "nothing.example")
        .add(
            new org.xbill.DNS.TXTRecord(
                DnsServer.name("empty.example"), org.xbill.DNS.DClass.IN, 60, "x"));

    assertReason("absent.example", Reason.NO_SUCH_DOMAIN);
    assertReason("no domain", Reason.NO_SUCH_DOMAIN);
    assertReason("lost.example", Reason.NO_ADDRESS);
    assertReason("empty.example", Reason.NO_ADDRESS);
  }

  private void assertReason(String domain, Reason reason) {
    assertThatThrownBy(() -> lookup.lookup(domain, LONG))
        .isInstanceOfSatisfying(
            MxLookupException.class, e -> assertThat(e.reason()).isEqualTo(reason));
  }

  @Test
  void passesAHostOverWhoseAddressIsNotKnownForNow() throws IOException {
    dns.mx("example.org", 10, "broken.example.org")
        .failOn(DnsServer.name("broken.example.org"))
        .mx("example.org", 20, "mx.example.org")
        .address("mx.example.org", "192.0.2.1");

    assertThat(lookup.lookup("example.org", LONG))
        .extracting(MxHost::name)
        .containsExactly("mx.example.org");
  }

  @Test
  void isUncertainIfTheOnlyHostsAddressIsNotKnownForNow() throws IOException {
    dns.mx("example.org", 10, "broken.example.org").failOn(DnsServer.name("broken.example.org"));

    assertReason("example.org", Reason.NO_ANSWER);
  }

  @Test
  void endsInTimeAndAsksAgainLater() throws IOException {
    dns.address("example.org", "192.0.2.1").hold();

    assertThatThrownBy(() -> lookup.lookup("example.org", Duration.ofMillis(100)))
        .isInstanceOfSatisfying(MxLookupException.class, e -> assertThat(e.isPermanent()).isFalse())
        .hasMessageContaining("within 100ms");

    dns.release();
    assertThat(lookup.lookup("example.org", LONG)).hasSize(1);
  }

  @Test
  void limitsHostsAndAddresses() throws IOException {
    for (int i = 0; i < 300; i++) {
      dns.mx("example.org", i, "mx" + i + ".example.org");
      dns.address("mx0.example.org", "192.0.2." + i % 256);
      dns.address("mx" + i + ".example.org", "192.0.2.1");
    }

    List<MxHost> hosts = lookup.lookup("example.org", LONG);

    assertThat(hosts).hasSizeLessThanOrEqualTo(10);
    assertThat(hosts).allMatch(host -> host.addresses().size() <= 10);
  }

  @Test
  void keepsWhatItFound() throws IOException {
    dns.address("example.org", "192.0.2.1");

    lookup.lookup("example.org", LONG);
    lookup.lookup("EXAMPLE.org", LONG);
    assertReason("absent.example", Reason.NO_SUCH_DOMAIN);
    assertReason("absent.example", Reason.NO_SUCH_DOMAIN);

    assertThat(dns.questions()).hasSize(4); // MX, A, AAAA; MX
  }
}
