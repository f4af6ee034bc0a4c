package org.miltergate.gateway.relay.smtp;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.miltergate.gateway.relay.MailOption;
import org.miltergate.milter.bytes.Bytes;
import org.miltergate.milter.mail.SmtpReply;

/**
 * What the next hop offered in its reply to EHLO.
 *
 * @param keywords in capitals, each with its parameters
 */
public record Extensions(Map<String, String> keywords) {
  /** Nothing is offered: the next hop was greeted with HELO. */
  static final Extensions NONE = new Extensions(Map.of());

  public Extensions {
    keywords = Map.copyOf(keywords);
  }

  /**
   * Reads all lines except the first, which is a greeting (RFC 5321, section 4.1.1.1). An extension
   * that is named in several lines, as AUTH is by some servers, has the parameters of all.
   */
  static Extensions of(SmtpReply reply) {
    Map<String, String> keywords = new HashMap<>();
    List<Bytes> lines = reply.lines();
    for (Bytes line : lines.subList(1, lines.size())) {
      String[] words = line.toString().strip().split("[ \t=]+", 2);
      keywords.merge(
          words[0].toUpperCase(Locale.ROOT),
          words.length > 1 ? words[1].strip() : "",
          (before, more) -> before + " " + more);
    }
    return new Extensions(keywords);
  }

  boolean pipelining() {
    return keywords.containsKey("PIPELINING");
  }

  boolean startTls() {
    return keywords.containsKey("STARTTLS");
  }

  boolean chunking() {
    return keywords.containsKey("CHUNKING");
  }

  boolean dsn() {
    return keywords.containsKey("DSN");
  }

  /** Returns the names of the AUTH mechanisms, separated by blanks; empty if not offered. */
  String authMechanisms() {
    return keywords.getOrDefault("AUTH", "");
  }

  boolean size() {
    return keywords.containsKey("SIZE");
  }

  public boolean offers(MailOption option) {
    return switch (option) {
      // RFC 6531, section 3.1: with SMTPUTF8 there has to be 8BITMIME, said or not.
      case EIGHT_BIT_MIME, EIGHT_BIT_EDITS ->
          keywords.containsKey("8BITMIME") || keywords.containsKey("SMTPUTF8");
      case SMTPUTF8 -> keywords.containsKey("SMTPUTF8");
      case REQUIRE_TLS -> keywords.containsKey("REQUIRETLS");
    };
  }

  /** Returns the limit on the size of a message (RFC 1870); the largest number if there is none. */
  public long maxMessageBytes() {
    long limit = number(keywords.getOrDefault("SIZE", "").split(" ", 2)[0]);
    return limit > 0 ? limit : Long.MAX_VALUE;
  }

  /** Returns how many recipients a transaction may have; the largest number if not told. */
  int maxRecipients() {
    return limit("RCPTMAX");
  }

  /** Returns how many transactions a connection may have; the largest number if not told. */
  int maxTransactions() {
    return limit("MAILMAX");
  }

  /** Reads one number of LIMITS (RFC 9422); what is no number, or 0, is as if not there. */
  private int limit(String name) {
    for (String word : keywords.getOrDefault("LIMITS", "").split("[ \t]+", -1)) {
      if (word.regionMatches(true, 0, name + "=", 0, name.length() + 1)) {
        long limit = number(word.substring(name.length() + 1));
        return limit > 0 ? (int) Math.min(limit, Integer.MAX_VALUE) : Integer.MAX_VALUE;
      }
    }
    return Integer.MAX_VALUE;
  }

  private static long number(String text) {
    // Up to 18 digits fit; RFC 1870 has up to 20, and such a limit is none.
    return text.matches("[0-9]{1,18}") ? Long.parseLong(text) : 0;
  }
}
