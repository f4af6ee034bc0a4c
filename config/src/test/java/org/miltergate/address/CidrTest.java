package org.miltergate.address;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CidrTest {
  @ParameterizedTest(name = "{1} in {0}: {2}")
  @CsvSource({
    "127.0.0.0/8,           127.255.0.1,      true",
    "127.0.0.0/8,           128.0.0.1,        false",
    "192.0.2.1,             192.0.2.1,        true",
    "192.0.2.1,             192.0.2.2,        false",
    "192.0.2.128/25,        192.0.2.129,      true",
    "192.0.2.128/25,        192.0.2.127,      false",
    "0.0.0.0/0,             203.0.113.9,      true",
    "0.0.0.0/0,             2001:db8::1,      false",
    "::/0,                  2001:db8::1,      true",
    "::/0,                  192.0.2.1,        false",
    "::1,                   ::1,              true",
    "2001:db8::/32,         2001:db8:ffff::1, true",
    "2001:db8::/33,         2001:db8:8000::1, false",
    "[2001:db8::]/32,       2001:db8::7,      true",
    "[2001:db8::7],         2001:db8::7,      true",
    "192.0.2.0/24,          ::ffff:192.0.2.9, true",
    "::ffff:192.0.2.0/120,  192.0.2.9,        true",
    "::ffff:192.0.2.0/120,  192.0.3.9,        false",
  })
  void matchesAddressesBehindThePrefix(String network, String address, boolean expected)
      throws UnknownHostException {
    assertThat(Cidr.parse(network).matches(InetAddress.getByName(address))).isEqualTo(expected);
  }

  @Test
  void takesAMappedAddressThatWasMadeByHandAsIpv4() throws UnknownHostException {
    byte[] mapped = new byte[16];
    mapped[10] = -1;
    mapped[11] = -1;
    mapped[12] = 10;
    mapped[15] = 1;

    InetAddress address = Inet6Address.getByAddress(null, mapped, -1);

    assertThat(Cidr.parse("10.0.0.0/8").matches(address)).isTrue();
    assertThat(Cidr.parse("::/0").matches(address)).isFalse();
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "localhost,           is not a network",
    "10.0.0.0/33,         write 0 to 32",
    "2001:db8::/129,      write 0 to 128",
    "10.0.0.0/,           is not a network",
    "10.0.0.0/-1,         is not a network",
    "10.0.0/8,            is not a network",
    "10.0.0.256,          is not a network",
    "010.0.0.1,           is not a network",
    "::ffff:10.0.0.0/24,  write 0 to 32",
    "fe80::1%eth0,        is not a network",
    "192.0.2.1/24,        write 192.0.2.0/24 or 192.0.2.1/32",
    "[10.0.0.1],          is not a network",
  })
  void refusesWhatIsNoNetwork(String text, String reason) {
    assertThatThrownBy(() -> Cidr.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(reason);
  }

  @ParameterizedTest
  @CsvSource({"127.0.0.0/8", "192.0.2.1", "2001:db8::/32", "::1", "::/0", "0.0.0.0/0"})
  void readsWhatItWrites(String text) {
    Cidr network = Cidr.parse(text);

    assertThat(Cidr.parse(network.toString())).isEqualTo(network);
  }
}
