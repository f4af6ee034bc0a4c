package org.miltergate.config.yaml;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Pattern;
import org.miltergate.address.Cidr;
import org.miltergate.address.DomainPattern;
import org.miltergate.address.HostPort;
import org.miltergate.config.MacroConfig;
import org.miltergate.config.auth.PasswordHash;
import org.miltergate.config.listener.Keywords;
import org.miltergate.config.nexthop.NextHopConfig;
import org.miltergate.config.policy.RecipientPattern;
import org.miltergate.config.policy.RefusedRecipient;
import org.miltergate.config.text.FileMode;
import org.miltergate.config.text.PathText;
import org.miltergate.config.text.Secret;
import org.miltergate.config.text.SizeText;
import org.miltergate.config.tls.TlsVersion;
import org.miltergate.milter.mail.SmtpReply;
import org.miltergate.milter.text.DurationText;
import org.miltergate.net.Endpoint;

/** The kinds of values that stand in one piece of text. */
final class Scalars {
  private static final Pattern DIGITS = Pattern.compile("-?[0-9]{1,9}");

  static final ScalarShape<String> TEXT = ScalarShape.of("text", text -> text);
  static final ScalarShape<String> HOST_NAME =
      ScalarShape.of("a host name, such as mx.example.org", text -> text);
  static final ScalarShape<String> LABEL =
      ScalarShape.of("a name of letters, digits and hyphens", text -> text);
  static final ScalarShape<Integer> INT =
      new ScalarShape<>("a whole number, such as 100", Scalars::parseInt, number -> number);
  static final ScalarShape<Long> SIZE =
      new ScalarShape<>("a size, such as 512KiB or 10MiB", SizeText::parse, SizeText::format);
  static final ScalarShape<Integer> INT_SIZE =
      new ScalarShape<>(SIZE.wanted(), Scalars::parseIntSize, bytes -> SizeText.format(bytes));
  static final ScalarShape<Duration> DURATION =
      new ScalarShape<>(
          "a number and a unit, such as 500ms, 30s or 5m", DurationText::parse, DurationText::of);
  static final ScalarShape<Path> PATH =
      ScalarShape.of("a path, such as ./var/mail", PathText::parse);
  static final ScalarShape<Optional<Path>> FILE =
      new ScalarShape<>(
          "the path of a file, or nothing in quotes",
          text -> text.isEmpty() ? Optional.empty() : Optional.of(PathText.parse(text)),
          path -> path.map(Path::toString).orElse(""));
  static final ScalarShape<FileMode> FILE_MODE =
      ScalarShape.of("a mode of a mail file, such as 0640", FileMode::parse);
  static final ScalarShape<Boolean> BOOLEAN =
      new ScalarShape<>("true or false", Scalars::parseBoolean, value -> value);

  /** Is printed hidden, and thus not read back. */
  static final ScalarShape<Secret> SECRET = ScalarShape.of("a password", Secret::new);

  /** Is printed hidden, and thus not read back. */
  static final ScalarShape<PasswordHash> PASSWORD_HASH =
      ScalarShape.of("what 'miltergate password' prints", PasswordHash::parse);

  static final ScalarShape<TlsVersion> TLS_VERSION =
      ScalarShape.ofEnum(TlsVersion.class, TlsVersion::text);
  static final ScalarShape<String> EXTENSION =
      ScalarShape.of("an extension, such as PIPELINING", Keywords::parse);
  static final ScalarShape<HostPort> HOST_PORT =
      ScalarShape.of(
          "an address with a port, such as 127.0.0.1:2525 or [::1]:2525", HostPort::parse);
  static final ScalarShape<NextHopConfig> NEXT_HOP =
      new ScalarShape<>(
          "smtp://host:port, smtps://host:port, lmtp://host:port, lmtp:unix:path, mx:domain or"
              + " maildir:path",
          NextHopConfig::parse,
          NextHopConfig::address);
  static final ScalarShape<Endpoint> MILTER_ADDRESS =
      ScalarShape.of(
          "an address, such as inet:127.0.0.1:8891 or unix:/run/milter.sock", Endpoint::parse);
  static final ScalarShape<Cidr> CIDR =
      ScalarShape.of("a network, such as 192.0.2.0/24 or 2001:db8::/32", Cidr::parse);
  static final ScalarShape<DomainPattern> DOMAIN =
      ScalarShape.of("a domain, such as example.org or .example.org", DomainPattern::parse);
  static final ScalarShape<RecipientPattern> RECIPIENT =
      ScalarShape.of(
          "a recipient, such as user@example.org, user@ or example.org", RecipientPattern::parse);
  static final ScalarShape<SmtpReply> REPLY =
      ScalarShape.of("a reply, such as 550 5.1.1 User unknown", RefusedRecipient::parseReply);
  static final ScalarShape<String> FIELD_NAME =
      ScalarShape.of("the name of a header field, such as Bcc", text -> text);
  static final ScalarShape<String> MACRO =
      ScalarShape.of("a macro, such as j or {client_addr}", MacroConfig::parseName);

  private Scalars() {}

  private static boolean parseBoolean(String text) {
    return switch (text) {
      case "true" -> true;
      case "false" -> false;
      default ->
          throw new IllegalArgumentException("'" + text + "' is neither true nor false; write one");
    };
  }

  private static int parseInt(String text) {
    if (!DIGITS.matcher(text).matches()) {
      throw new IllegalArgumentException(
          "'" + text + "' is not a whole number; write one such as 100");
    }
    return Integer.parseInt(text);
  }

  private static int parseIntSize(String text) {
    long bytes = SizeText.parse(text);
    if (bytes > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(text + " is too large; write less than 2GiB");
    }
    return (int) bytes;
  }
}
