package org.miltergate.net;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Locale;

/** Reads the notations of Postfix and Sendmail; see {@link Endpoint#parse}. */
final class EndpointParser {
  private static final String WANTED =
      "write inet:host:port, inet:port@host or unix:/path, such as inet:127.0.0.1:8891";

  private final String text;

  private EndpointParser(String text) {
    this.text = text;
  }

  static Endpoint parse(String text) {
    return new EndpointParser(text).parse();
  }

  private Endpoint parse() {
    if (text.startsWith("/")) {
      return unix(text);
    }
    int colon = text.indexOf(':');
    if (colon < 0) {
      throw refusal("does not begin with 'inet:' or 'unix:'");
    }
    String rest = text.substring(colon + 1);
    return switch (text.substring(0, colon).toLowerCase(Locale.ROOT)) {
      case "inet", "inet6" -> inet(rest);
      case "unix", "local" -> unix(rest);
      default -> throw refusal("does not begin with 'inet:', 'inet6:', 'unix:' or 'local:'");
    };
  }

  private Endpoint unix(String path) {
    if (path.isEmpty()) {
      throw refusal("has no path");
    }
    try {
      return new Endpoint.Unix(Path.of(path));
    } catch (InvalidPathException e) {
      throw new IllegalArgumentException(quoted() + " is not a path: " + e.getReason(), e);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(quoted() + ": " + e.getMessage(), e);
    }
  }

  private Endpoint inet(String rest) {
    if (rest.chars().anyMatch(c -> c == ',' || Character.isWhitespace(c))) {
      throw refusal("contains a blank or comma, must be one address");
    }
    int at = rest.indexOf('@');
    return at >= 0 ? portAtHost(rest.substring(0, at), rest.substring(at + 1)) : hostAndPort(rest);
  }

  /** Sendmail: everything after the {@code @} is the host, so an IPv6 address needs no brackets. */
  private Endpoint portAtHost(String port, String host) {
    if (port.indexOf(':') >= 0 || port.indexOf('[') >= 0) {
      throw refusal("can be read as host:port and as port@host");
    }
    return address(withoutBrackets(host), port);
  }

  private Endpoint hostAndPort(String rest) {
    if (rest.startsWith("[")) {
      int bracket = rest.indexOf(']');
      if (bracket < 0 || !rest.startsWith(":", bracket + 1)) {
        throw refusal("has a '[' without ']:port'");
      }
      return address(withoutBrackets(rest.substring(0, bracket + 1)), rest.substring(bracket + 2));
    }
    int colon = rest.indexOf(':');
    if (colon < 0) {
      return address("localhost", rest);
    }
    if (colon != rest.lastIndexOf(':')) {
      throw refusal("has an IPv6 address without brackets, write inet:[address]:port");
    }
    String host = rest.substring(0, colon);
    if (isNumber(host)) {
      throw refusal("has two numbers, so host and port are ambiguous");
    }
    return address(host.isEmpty() ? "localhost" : host, rest.substring(colon + 1));
  }

  private String withoutBrackets(String host) {
    if (!host.startsWith("[")) {
      return host;
    }
    if (!host.endsWith("]") || host.indexOf(':') < 0) {
      throw refusal("must have an IPv6 address between '[' and ']'");
    }
    return host.substring(1, host.length() - 1);
  }

  private Endpoint address(String host, String port) {
    if (!isNumber(port) || port.length() > 5) {
      throw refusal(port.isEmpty() ? "has no port" : "has '" + port + "' instead of a port number");
    }
    try {
      return new Endpoint.Inet(host, Integer.parseInt(port));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(quoted() + ": " + e.getMessage(), e);
    }
  }

  private static boolean isNumber(String part) {
    return !part.isEmpty() && part.chars().allMatch(c -> c >= '0' && c <= '9');
  }

  private IllegalArgumentException refusal(String found) {
    return new IllegalArgumentException(quoted() + " " + found + "; " + WANTED);
  }

  private String quoted() {
    return "milter address '" + text + "'";
  }
}
