package org.miltergate.gateway.smtp.syntax;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.miltergate.address.HostNames;
import org.miltergate.milter.bytes.Bytes;
import org.miltergate.milter.dsn.Xtext;
import org.miltergate.net.IpText;

/**
 * One {@code NAME=value} of XCLIENT or XFORWARD.
 *
 * @param command that it belongs to, for replies
 * @param name in upper case
 * @param value decoded; printable ASCII
 * @see "postfix README_FILES/XCLIENT_README, XFORWARD_README"
 */
public record ClientAttribute(String command, String name, String value) {
  private static final int MAX_VALUE_BYTES = 255;
  private static final int MAX_PORT = 65_535;
  private static final String SPECIAL = " <>()\\\";@";

  /**
   * Cuts what follows the command.
   *
   * @throws SyntaxException with the reply
   */
  public static List<ClientAttribute> parse(String command, Bytes argument) throws SyntaxException {
    List<ClientAttribute> attributes = new ArrayList<>();
    for (String word : argument.toString().split("[ \t]+", -1)) {
      int equals = word.indexOf('=');
      if (equals < 0 || equals == word.length() - 1) {
        throw new SyntaxException(501, "5.5.4 Error: attribute=value expected");
      }
      String name = word.substring(0, equals).toUpperCase(Locale.ROOT);
      Bytes raw = Bytes.ofLatin1(word.substring(equals + 1));
      if (raw.length() > MAX_VALUE_BYTES) {
        throw new SyntaxException(501, "5.5.4 Error: attribute value too long");
      }
      // What is no xtext is taken as it is, for clients that do not know of it.
      String value = Printable.ascii(Xtext.decode(raw).orElse(raw));
      attributes.add(new ClientAttribute(command, name, value));
    }
    return attributes;
  }

  public boolean isUnavailable() {
    return value.equalsIgnoreCase("[UNAVAILABLE]");
  }

  public boolean isUnavailableForNow() {
    return value.equalsIgnoreCase("[TEMPUNAVAIL]");
  }

  /** Returns the value with what is special in header fields as {@code ?}. */
  public String harmless() {
    StringBuilder text = new StringBuilder(value);
    for (int i = 0; i < text.length(); i++) {
      if (SPECIAL.indexOf(text.charAt(i)) >= 0) {
        text.setCharAt(i, '?');
      }
    }
    return text.toString();
  }

  public String hostName() throws SyntaxException {
    if (!HostNames.isMailName(value)) {
      throw malformed();
    }
    return value;
  }

  /** Returns the address; the unspecified one if it is unavailable. */
  public InetAddress address() throws SyntaxException {
    if (isUnavailable()) {
      return unspecified();
    }
    boolean tagged = value.regionMatches(true, 0, "IPv6:", 0, 5);
    return IpText.parse(tagged ? value.substring(5) : value)
        .filter(address -> !tagged || value.indexOf(':', 5) > 0)
        .orElseThrow(this::malformed);
  }

  static InetAddress unspecified() {
    try {
      return InetAddress.getByAddress(new byte[4]);
    } catch (UnknownHostException e) {
      throw new IllegalStateException("four bytes are an address", e);
    }
  }

  /** Returns the port; 0 if it is unavailable. */
  public int port() throws SyntaxException {
    if (isUnavailable()) {
      return 0;
    }
    if (!value.matches("[0-9]{1,5}") || Integer.parseInt(value) > MAX_PORT) {
      throw malformed();
    }
    return Integer.parseInt(value);
  }

  public SyntaxException malformed() {
    return new SyntaxException(501, "5.5.4 Bad %s syntax: %s".formatted(name, value));
  }

  public SyntaxException unknownName() {
    return new SyntaxException(
        501,
        "5.5.4 Bad %s attribute name: %s"
            .formatted(command, Printable.ascii(Bytes.ofLatin1(name))));
  }
}
