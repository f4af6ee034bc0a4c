package org.miltergate.address;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.regex.Pattern;
import org.miltergate.net.IpText;

/**
 * A network of IPv4 or IPv6 addresses.
 *
 * <p>An IPv4 address that IPv6 maps ({@code ::ffff:192.0.2.1}) counts as the IPv4 address, on both
 * sides. The zone ({@code %eth0}) of a tested address is ignored. Immutable and thread-safe.
 *
 * @param network the first address; has no bit set after the prefix
 * @param prefixLength 0 to 32, or to 128 with IPv6
 */
public record Cidr(InetAddress network, int prefixLength) {
  private static final Pattern PREFIX = Pattern.compile("[0-9]{1,3}");
  private static final int MAPPED_PREFIX = 96;

  public Cidr {
    Objects.requireNonNull(network, "network");
    int bits = network.getAddress().length * 8;
    if (prefixLength < 0 || prefixLength > bits) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT, "prefix length %d is out of range; write 0 to %d", prefixLength, bits));
    }
    byte[] first = masked(network.getAddress(), prefixLength);
    if (!Arrays.equals(first, network.getAddress())) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "%s/%d has bits set after the prefix; write %s/%d or %s/%d",
              IpText.format(network),
              prefixLength,
              IpText.format(ofOctets(first)),
              prefixLength,
              IpText.format(network),
              bits));
    }
  }

  /** Returns whether one of the networks contains the address. */
  public static boolean anyMatches(List<Cidr> networks, InetAddress address) {
    for (Cidr network : networks) { // several times a message
      if (network.matches(address)) {
        return true;
      }
    }
    return false;
  }

  /**
   * Reads {@code 192.0.2.0/24}, {@code 2001:db8::/32}, {@code [2001:db8::]/32} (as Postfix writes
   * it) or a single address.
   *
   * @throws IllegalArgumentException if the text is none of these, or has bits after the prefix
   */
  public static Cidr parse(String text) {
    int slash = text.indexOf('/');
    String host = slash < 0 ? text : text.substring(0, slash);
    boolean bracketed = host.startsWith("[") && host.endsWith("]") && host.indexOf(':') > 0;
    InetAddress address =
        IpText.parse(bracketed ? host.substring(1, host.length() - 1) : host)
            .orElseThrow(() -> malformed(text));
    if (slash < 0) {
      return new Cidr(address, address.getAddress().length * 8);
    }
    String prefix = text.substring(slash + 1);
    if (!PREFIX.matcher(prefix).matches()) {
      throw malformed(text);
    }
    int length = Integer.parseInt(prefix);
    boolean mapped = address instanceof Inet4Address && host.indexOf(':') >= 0;
    return new Cidr(address, mapped ? length - MAPPED_PREFIX : length);
  }

  private static IllegalArgumentException malformed(String text) {
    return new IllegalArgumentException(
        "'" + text + "' is not a network; write one such as 192.0.2.0/24 or 2001:db8::/32");
  }

  /** Returns whether {@code address} is in this network. */
  public boolean matches(InetAddress address) {
    byte[] octets = IpText.unmapped(address).getAddress();
    byte[] first = network.getAddress();
    return octets.length == first.length && Arrays.equals(masked(octets, prefixLength), first);
  }

  /** Returns whether this network contains every address of a family. */
  public boolean matchesAll() {
    return prefixLength == 0;
  }

  private static byte[] masked(byte[] octets, int prefixLength) {
    byte[] result = octets.clone();
    for (int i = 0; i < result.length; i++) {
      int kept = Math.clamp(prefixLength - i * 8L, 0, 8);
      result[i] &= (byte) (0xff << (8 - kept));
    }
    return result;
  }

  private static InetAddress ofOctets(byte[] octets) {
    try {
      return InetAddress.getByAddress(octets);
    } catch (UnknownHostException e) {
      throw new IllegalStateException("an address has 4 or 16 octets, not " + octets.length, e);
    }
  }

  /** Writes what {@link #parse} reads; a single address without the prefix length. */
  @Override
  public String toString() {
    String address = IpText.format(network);
    return prefixLength == network.getAddress().length * 8 ? address : address + "/" + prefixLength;
  }
}
