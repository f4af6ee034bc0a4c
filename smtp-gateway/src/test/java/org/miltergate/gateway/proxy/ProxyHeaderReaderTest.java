package org.miltergate.gateway.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProxyHeaderReaderTest {
  private static final String SIGNATURE = "0d0a0d0a000d0a515549540a";
  private static final String IPV4 = "c0000201 c6336402 dc04 0019";
  private static final String IPV6 =
      "20010db8000000000000000000000001 20010db8000000000000000000000002 dc04 0019";

  private static byte[] hex(String text) {
    return HexFormat.of().parseHex(text.replace(" ", ""));
  }

  private static byte[] latin1(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  /** Reads a header, behind which a client goes on to talk. */
  private static ProxyHeader read(byte[] header) throws IOException {
    byte[] behind = latin1("EHLO client.test\r\n");
    byte[] all = new byte[header.length + behind.length];
    System.arraycopy(header, 0, all, 0, header.length);
    System.arraycopy(behind, 0, all, header.length, behind.length);
    ByteArrayInputStream input = new ByteArrayInputStream(all);

    ProxyHeader read = ProxyHeaderReader.read(source(input));

    assertThat(input.readAllBytes()).as("what belongs to the client").isEqualTo(behind);
    return read;
  }

  private static ProxyHeaderReader.Source source(ByteArrayInputStream input) {
    return (into, offset, length) -> {
      if (input.readNBytes(into, offset, length) < length) {
        throw new EOFException("end of input");
      }
    };
  }

  private static ProxyHeader.Proxied proxied(String client, String server) {
    return new ProxyHeader.Proxied(
        new InetSocketAddress(client, 56324), new InetSocketAddress(server, 25));
  }

  @Test
  void readsALine() throws IOException {
    assertThat(read(latin1("PROXY TCP4 192.0.2.1 198.51.100.2 56324 25\r\n")))
        .isEqualTo(proxied("192.0.2.1", "198.51.100.2"));
    assertThat(read(latin1("PROXY TCP6 2001:db8::1 2001:DB8::2 56324 25\r\n")))
        .isEqualTo(proxied("2001:db8::1", "2001:db8::2"));
    assertThat(read(latin1("PROXY TCP6 ::ffff:192.0.2.1 ::1 56324 25\r\n")))
        .isEqualTo(proxied("192.0.2.1", "::1"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "PROXY UNKNOWN\r\n",
        "PROXY UNKNOWN ffff:f...f:ffff ffff:f...f:ffff 65535 65535\r\n",
      })
  void leavesTheClientOfAnUnknownLineAsItIs(String line) throws IOException {
    assertThat(read(latin1(line))).isEqualTo(new ProxyHeader.Unproxied());
  }

  @Test
  void takesTheLongestLine() throws IOException {
    String longest = "PROXY UNKNOWN " + "f".repeat(107 - 16) + "\r\n";

    assertThat(longest).hasSize(107);
    assertThat(read(latin1(longest))).isEqualTo(new ProxyHeader.Unproxied());
  }

  @ParameterizedTest(name = "{0}")
  @ValueSource(
      strings = {
        "PROXY TCP4 192.0.2.1 198.51.100.2 56324 25\n",
        "PROXY TCP4 192.0.2.1 198.51.100.2 56324\r\n",
        "PROXY TCP4 192.0.2.1 198.51.100.2 56324 25 1\r\n",
        "PROXY TCP4  192.0.2.1 198.51.100.2 56324 25\r\n",
        "PROXY TCP4 192.0.2.1 198.51.100.2 65536 25\r\n",
        "PROXY TCP4 192.0.2.1 198.51.100.2 056324 25\r\n",
        "PROXY TCP4 192.0.2.1 198.51.100.2 -1 25\r\n",
        "PROXY TCP4 192.0.2.256 198.51.100.2 56324 25\r\n",
        "PROXY TCP4 192.0.2.01 198.51.100.2 56324 25\r\n",
        "PROXY TCP4 192.0.2 198.51.100.2 56324 25\r\n",
        "PROXY TCP4 2001:db8::1 2001:db8::2 56324 25\r\n",
        "PROXY TCP6 192.0.2.1 198.51.100.2 56324 25\r\n",
        "PROXY TCP6 2001:db8:::1 2001:db8::2 56324 25\r\n",
        "PROXY TCP6 2001:db8::1%eth0 2001:db8::2 56324 25\r\n",
        "PROXY TCP5 192.0.2.1 198.51.100.2 56324 25\r\n",
        "PROXY UDP4 192.0.2.1 198.51.100.2 56324 25\r\n",
        "PROXY TCP4 localhost localhost 56324 25\r\n",
        "PROXY UNKNOWNS and more\r\n",
        "PROXY UNKNOWN \0\r\n",
        "PROXY \r\nEHLO client.test\r\n",
        "proxy TCP4 192.0.2.1 198.51.100.2 56324 25\r\n",
        "EHLO client.test\r\n",
      })
  void refusesOtherLines(String line) {
    assertThatThrownBy(() -> ProxyHeaderReader.read(source(new ByteArrayInputStream(latin1(line)))))
        .isInstanceOf(ProxyProtocolException.class);
  }

  @Test
  void readsNoFurtherThanTheLongestLine() {
    ByteArrayInputStream input = new ByteArrayInputStream(latin1("PROXY " + "x".repeat(1000)));

    assertThatThrownBy(() -> ProxyHeaderReader.read(source(input)))
        .isInstanceOf(ProxyProtocolException.class)
        .hasMessageContaining("longer than 107 bytes");
    assertThat(input.available()).isEqualTo(1006 - 107);
  }

  @Test
  void readsABinaryHeader() throws IOException {
    assertThat(read(hex(SIGNATURE + "21 11 000c" + IPV4)))
        .isEqualTo(proxied("192.0.2.1", "198.51.100.2"));
    assertThat(read(hex(SIGNATURE + "21 21 0024" + IPV6)))
        .isEqualTo(proxied("2001:db8::1", "2001:db8::2"));
  }

  @Test
  void passesFurtherFactsOver() throws IOException {
    assertThat(read(hex(SIGNATURE + "21 11 0016" + IPV4 + "02 0003 616263 04 0001 00")))
        .isEqualTo(proxied("192.0.2.1", "198.51.100.2"));
    assertThat(read(hex(SIGNATURE + "21 11 ffff" + IPV4 + "04 fff0" + "00".repeat(65535 - 12 - 3))))
        .isEqualTo(proxied("192.0.2.1", "198.51.100.2"));
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "20 00 0000",
    "20 11 000c c0000201c6336402dc040019",
    "20 00 0003 ffffff",
    "21 00 0000",
    "21 00 0002 1234",
  })
  void leavesTheClientOfALocalHeaderAsItIs(String rest) throws IOException {
    assertThat(read(hex(SIGNATURE + rest))).isEqualTo(new ProxyHeader.Unproxied());
  }

  @Test
  void leavesTheClientOfAUnixSocketAsItIs() throws IOException {
    assertThat(read(hex(SIGNATURE + "21 31 00d8" + "2f".repeat(216))))
        .isEqualTo(new ProxyHeader.Unproxied());
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "22 11 000c c0000201c6336402dc040019,          version and command 0x22",
    "11 11 000c c0000201c6336402dc040019,          version and command 0x11",
    "31 11 000c c0000201c6336402dc040019,          version and command 0x31",
    "21 12 000c c0000201c6336402dc040019,          transport 0x12",
    "21 41 000c c0000201c6336402dc040019,          transport 0x41",
    "21 11 000b c0000201c6336402dc0400,            'has 11 bytes of addresses, must have 12'",
    "21 11 0000,                                   'has 0 bytes of addresses, must have 12'",
    "21 21 000c c0000201c6336402dc040019,          'has 12 bytes of addresses, must have 36'",
    "21 31 000c c0000201c6336402dc040019,          'has 12 bytes of addresses, must have 216'",
    "21 11 000e c0000201c6336402dc040019 0200,     ends within the header of a field",
    "21 11 0010 c0000201c6336402dc040019 02000261, ends within a field",
    "21 11 0012 c0000201c6336402dc040019 030003616263, 'checksum of the PROXY header has 3 bytes'",
  })
  void refusesOtherBinaryHeaders(String rest, String why) {
    assertThatThrownBy(() -> read(hex(SIGNATURE + rest)))
        .isInstanceOf(ProxyProtocolException.class)
        .hasMessageContaining(why);
  }

  @Test
  void verifiesAChecksum() throws IOException {
    byte[] header = hex(SIGNATURE + "21 11 0017" + IPV4 + "03 0004 00000000 02 0001 61");
    java.util.zip.CRC32C sum = new java.util.zip.CRC32C();
    sum.update(header);
    for (int i = 0; i < 4; i++) {
      header[31 + i] = (byte) (sum.getValue() >> 24 - 8 * i);
    }

    assertThat(read(header)).isEqualTo(proxied("192.0.2.1", "198.51.100.2"));

    header[17] ^= 1;
    assertThatThrownBy(() -> read(header))
        .isInstanceOf(ProxyProtocolException.class)
        .hasMessageContaining("checksum of the PROXY header is wrong");
  }

  @Test
  void endsWithNothingButARefusalOrTheSourcesFailure() {
    Random random = new Random(42);
    byte[][] seeds = {
      latin1("PROXY TCP4 192.0.2.1 198.51.100.2 56324 25\r\n"),
      latin1("PROXY TCP6 2001:db8::1 2001:db8::2 56324 25\r\n"),
      hex(SIGNATURE + "21 11 0016" + IPV4 + "02 0003 616263 04 0001 00"),
      hex(SIGNATURE + "21 21 0024" + IPV6),
    };
    for (int i = 0; i < 200_000; i++) {
      byte[] input = seeds[random.nextInt(seeds.length)].clone();
      for (int change = random.nextInt(4); change >= 0; change--) {
        input[random.nextInt(input.length)] = (byte) random.nextInt(256);
      }
      input = java.util.Arrays.copyOf(input, random.nextInt(input.length + 20));
      try {
        ProxyHeaderReader.read(source(new ByteArrayInputStream(input)));
      } catch (ProxyProtocolException | EOFException expected) {
        // the ways to refuse
      } catch (IOException | RuntimeException e) {
        throw new AssertionError(HexFormat.of().formatHex(input), e);
      }
    }
  }
}
