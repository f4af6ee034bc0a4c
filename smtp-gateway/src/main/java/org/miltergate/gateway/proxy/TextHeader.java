package org.miltergate.gateway.proxy;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.miltergate.net.IpText;

/**
 * Version 1 of the PROXY header: {@code PROXY TCP4 192.0.2.1 198.51.100.2 56324 25} and CRLF.
 *
 * @see "haproxy doc/proxy-protocol.txt, 2.1"
 */
final class TextHeader {
  private static final byte[] BEGIN = "PROXY ".getBytes(StandardCharsets.US_ASCII);
  private static final String PORT = "(0|[1-9][0-9]{0,4})";
  private static final String ADDRESS = "([0-9A-Fa-f:.]+)";
  private static final Pattern UNKNOWN = Pattern.compile("PROXY UNKNOWN(?: [ -~]*)?\r\n");
  private static final Pattern PROXIED =
      Pattern.compile("PROXY TCP([46]) %s %s %s %s\r\n".formatted(ADDRESS, ADDRESS, PORT, PORT));
  private static final int MAX_PORT = 65_535;

  private TextHeader() {}

  static boolean begins(byte[] start) {
    for (int i = 0; i < BEGIN.length; i++) {
      if (start[i] != BEGIN[i]) {
        return false;
      }
    }
    return true;
  }

  /**
   * @param line with its line end
   */
  static ProxyHeader parse(byte[] line) throws ProxyProtocolException {
    String text = new String(line, StandardCharsets.ISO_8859_1);
    if (UNKNOWN.matcher(text).matches()) {
      return new ProxyHeader.Unproxied();
    }
    Matcher proxied = PROXIED.matcher(text);
    if (!proxied.matches()) {
      throw new ProxyProtocolException("the PROXY line is malformed");
    }
    boolean six = proxied.group(1).equals("6");
    return new ProxyHeader.Proxied(
        endpoint(six, proxied.group(2), proxied.group(4)),
        endpoint(six, proxied.group(3), proxied.group(5)));
  }

  private static InetSocketAddress endpoint(boolean six, String address, String port)
      throws ProxyProtocolException {
    InetAddress ip =
        IpText.parse(address)
            .filter(found -> six == address.contains(":"))
            .orElseThrow(
                () -> new ProxyProtocolException("the PROXY line has a malformed address"));
    int number = Integer.parseInt(port);
    if (number > MAX_PORT) {
      throw new ProxyProtocolException("the PROXY line has a port above " + MAX_PORT);
    }
    return new InetSocketAddress(withoutScope(ip), number);
  }

  private static InetAddress withoutScope(InetAddress ip) throws ProxyProtocolException {
    return ip instanceof Inet6Address ? Endpoints.address(ip.getAddress()) : ip;
  }
}
