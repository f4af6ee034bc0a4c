package org.miltergate.milter.filter.header;

import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * A mailbox of a header field: an address, and perhaps a name (RFC 5322, section 3.4).
 *
 * @param displayName decoded; empty for none
 * @param address local part and domain, without angle brackets; the local part as written, with its
 *     quotes if it has any
 */
public record EmailAddress(String displayName, String address) {
  /**
   * @throws IllegalArgumentException if the address is empty or holds a control character, a blank
   *     outside quotes, or an angle bracket
   */
  public EmailAddress {
    Objects.requireNonNull(displayName, "displayName");
    boolean quoted = address.startsWith("\"");
    boolean bad =
        address
            .chars()
            .anyMatch(
                c -> Character.isISOControl(c) || !quoted && (c == ' ' || c == '<' || c == '>'));
    if (address.isEmpty() || bad) {
      throw new IllegalArgumentException("'" + address + "' is not an address");
    }
  }

  /** Creates a mailbox without a name. */
  public static EmailAddress of(String address) {
    return new EmailAddress("", address);
  }

  /** Reads one mailbox; empty if the text holds none, or more than one. */
  public static Optional<EmailAddress> parse(String text) {
    List<EmailAddress> all = parseList(text);
    return all.size() == 1 ? Optional.of(all.getFirst()) : Optional.empty();
  }

  /**
   * Reads a list of mailboxes, as forgiving as mail programs are: comments and source routes are
   * ignored, members of groups are taken, and what is not an address is left out.
   *
   * @param text the value of a field in one line; encoded words are decoded
   */
  public static List<EmailAddress> parseList(String text) {
    return new AddressListParser(text).parse();
  }

  /** Returns the local part as written; the whole address without an at sign. */
  public String localPart() {
    int at = address.lastIndexOf('@');
    return at < 0 ? address : address.substring(0, at);
  }

  /** Returns the domain as written; empty without an at sign. */
  public String domain() {
    int at = address.lastIndexOf('@');
    return at < 0 ? "" : address.substring(at + 1);
  }

  /** Returns whether both are the same mailbox; the case of the domain and names do not matter. */
  public boolean sameMailbox(EmailAddress other) {
    return localPart().equals(other.localPart()) && domain().equalsIgnoreCase(other.domain());
  }

  /**
   * Returns the mailbox as it is written in a header field, in ASCII if local part and domain allow
   * it: the name quoted or encoded if necessary, the domain in the form of DNS ({@link Idna}).
   */
  public String toHeaderText() {
    String ascii = Idna.toAscii(address);
    if (displayName.isEmpty()) {
      return ascii;
    }
    return phrase(FieldText.oneLine(displayName)) + " <" + ascii + ">";
  }

  private static String phrase(String name) {
    if (EncodedWords.areNeeded(name)) {
      return EncodedWords.encode(name);
    }
    boolean atoms = name.chars().allMatch(c -> c == ' ' || AddressListParser.isAtomCharacter(c));
    return atoms ? name : '"' + name.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
  }

  /** Returns the mailbox for people, with the name decoded. */
  @Override
  public String toString() {
    return displayName.isEmpty() ? address : displayName + " <" + address + ">";
  }
}
