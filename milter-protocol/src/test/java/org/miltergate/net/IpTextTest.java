package org.miltergate.net;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class IpTextTest {
  @ParameterizedTest(name = "{0} is {1}")
  @CsvSource({
    "192.0.2.1,               192.0.2.1",
    "0.0.0.0,                 0.0.0.0",
    "255.255.255.255,         255.255.255.255",
    "::,                      ::",
    "::1,                     ::1",
    "1::,                     1::",
    "2001:DB8::1,             2001:db8::1",
    "2001:db8:0:0:1:0:0:1,    2001:db8::1:0:0:1",
    "1:2:3:4:5:6:7:8,         1:2:3:4:5:6:7:8",
    "1:2:3:4:5:6:7::,         1:2:3:4:5:6:7:0",
    "0001:02:3:4:5:6:7:8,     1:2:3:4:5:6:7:8",
    "::ffff:192.0.2.1,        192.0.2.1",
    "64:ff9b::192.0.2.1,      64:ff9b::c000:201",
    "1:2:3:4:5:6:192.0.2.1,   1:2:3:4:5:6:c000:201",
  })
  void readsAddressesAndWritesThemInTheirShortestForm(String text, String shortest) {
    assertThat(IpText.parse(text).map(IpText::format)).contains(shortest);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "1",
        "1.2.3",
        "1.2.3.4.5",
        "1.2.3.256",
        "01.2.3.4",
        "1.2.3.4.",
        "1.2.3.-4",
        " 1.2.3.4",
        "localhost",
        ":",
        ":::",
        "1:2:3:4:5:6:7",
        "1:2:3:4:5:6:7:8:9",
        "1::2::3",
        "1:2:3:4::5:6:7:8",
        "::00001",
        "::g",
        "::1.2.3",
        "::1.2.3.4:5",
        "1.2.3.4::",
        "1:2:3:4:5:6:7:1.2.3.4",
        "::1%lo",
        "[::1]",
        "::\uff11"
      })
  void refusesOtherText(String text) {
    assertThat(IpText.parse(text)).isEmpty();
    assertThat(IpText.isIpv4(text)).isFalse();
    assertThat(IpText.isIpv6(text)).isFalse();
  }
}
