package org.miltergate.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EndpointTest {

  @ParameterizedTest(name = "{0} -> {1}")
  @CsvSource({
    "inet:127.0.0.1:8891,           inet:127.0.0.1:8891",
    "inet:filter.example.org:8891,  inet:filter.example.org:8891",
    "INET:localhost:1,              inet:localhost:1",
    "inet::8891,                    inet:localhost:8891",
    "inet:8891,                     inet:localhost:8891",
    "inet:[2001:db8::1]:65535,      inet:[2001:db8::1]:65535",
    "inet:[fe80::1%eth0]:25,        inet:[fe80::1%eth0]:25",
    "inet:8891@127.0.0.1,           inet:127.0.0.1:8891",
    "inet:8891@localhost,           inet:localhost:8891",
    "inet:8891@[::1],               inet:[::1]:8891",
    "inet6:8891@[2001:db8::1],      inet:[2001:db8::1]:8891",
    "inet6:8891@2001:db8::1,        inet:[2001:db8::1]:8891",
    "inet6:[::1]:8891,              inet:[::1]:8891",
    "unix:/run/x.sock,              unix:/run/x.sock",
    "local:/run/x.sock,             unix:/run/x.sock",
    "/run/x.sock,                   unix:/run/x.sock",
    "unix:/run/a:b@c,               unix:/run/a:b@c",
  })
  void readsBothNotationsAndWritesPostfixs(String text, String written) {
    Endpoint address = Endpoint.parse(text);

    assertThat(address).hasToString(written);
    assertThat(Endpoint.parse(written)).isEqualTo(address);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "'',                          does not begin with 'inet:' or 'unix:'",
    "localhost,                   does not begin with 'inet:' or 'unix:'",
    "localhost:8891,              does not begin with",
    "tcp:localhost:8891,          does not begin with",
    "inet:,                       has no port",
    "inet:localhost,              has 'localhost' instead of a port number",
    "inet:localhost:,             has no port",
    "inet:localhost:milter,       has 'milter' instead of a port number",
    "inet:localhost:-1,           has '-1' instead of a port number",
    "inet:localhost:0,            'port is 0, must be 1 to 65535'",
    "inet:localhost:65536,        'port is 65536, must be 1 to 65535'",
    "inet:localhost:9999999999,   has '9999999999' instead of a port number",
    "inet:localhost:٣٤,           has '٣٤' instead of a port number",
    "inet:25:8891,                host and port are ambiguous",
    "inet:2001:db8::1:8891,       has an IPv6 address without brackets",
    "inet:[::1],                  has a '[' without ']:port'",
    "inet:[::1:8891,              has a '[' without ']:port'",
    "inet:[localhost]:8891,       must have an IPv6 address between '[' and ']'",
    "inet:[::g]:8891,             host '::g' is not an IPv6 address",
    "inet:localhost:8891@host,    can be read as host:port and as port@host",
    "inet:localhost@8891,         has 'localhost' instead of a port number",
    "inet:8891@,                  host '' is neither a name nor an address",
    "inet:300.0.0.1:8891,         host '300.0.0.1' is not an IPv4 address",
    "inet:127.1:8891,             host '127.1' is not an IPv4 address",
    "inet:010.0.0.1:8891,         host '010.0.0.1' is not an IPv4 address",
    "'inet:a:1, inet:b:2',        must be one address",
    "'inet:a b:1',                must be one address",
    "inet:a/b:1,                  host 'a/b' is neither a name nor an address",
    "unix:,                       has no path",
    "unix:run/x.sock,             'path ''run/x.sock'' is relative, must be absolute'",
  })
  void refusesWhatIsNoAddressOrTwo(String text, String reason) {
    assertThatThrownBy(() -> Endpoint.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("milter address '" + text + "'")
        .hasMessageContaining(reason);
  }

  @Test
  void refusesPathsThatNoSocketCanHave() {
    String longest = "/" + "x".repeat(102);

    assertThat(Endpoint.parse(longest)).isEqualTo(new Endpoint.Unix(Path.of(longest)));
    assertThatThrownBy(() -> Endpoint.parse(longest + "x".repeat(5)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("is 108 bytes long, a socket's path has at most 10");
    assertThatThrownBy(() -> Endpoint.parse("/" + "é".repeat(54)))
        .hasMessageContaining("is 109 bytes long");
    assertThatThrownBy(() -> Endpoint.parse("/a\0b"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("is not a path");
  }
}
