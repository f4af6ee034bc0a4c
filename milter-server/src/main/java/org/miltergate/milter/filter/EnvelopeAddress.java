package org.miltergate.milter.filter;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import org.miltergate.milter.bytes.Bytes;
import org.miltergate.milter.filter.header.Idna;
import org.miltergate.milter.mail.Mailbox;
import org.miltergate.milter.text.PrintableText;

/**
 * A sender or recipient of the envelope, with its ESMTP arguments.
 *
 * @param path as the client wrote it, with or without angle brackets
 * @param arguments such as {@code SIZE=1000}, as the client wrote them
 */
public record EnvelopeAddress(Bytes path, List<Bytes> arguments) {
  public EnvelopeAddress {
    Objects.requireNonNull(path, "path");
    arguments = List.copyOf(arguments);
  }

  /**
   * Creates an address to be sent to the MTA.
   *
   * @param address with or without angle brackets; empty for the null sender. A domain outside
   *     ASCII is converted to A-labels ({@link Idna})
   * @param arguments each one word, such as {@code NOTIFY=NEVER}
   * @throws IllegalArgumentException if it cannot be sent, such as two addresses or a control
   *     character
   */
  public static EnvelopeAddress of(String address, String... arguments) {
    Bytes path = Mailbox.angle(Bytes.ofUtf8(Idna.toAscii(address)));
    Mailbox.problem(path)
        .ifPresent(problem -> {
          throw new IllegalArgumentException(
              "address '%s' %s".formatted(PrintableText.escape(address), problem));
        });
    for (String argument : arguments) {
      if (argument.isEmpty() || !argument.chars().allMatch(c -> c > ' ' && c != 0x7f)) {
        throw new IllegalArgumentException(
            "argument '%s' is not one word".formatted(PrintableText.escape(argument)));
      }
    }
    return new EnvelopeAddress(path, Arrays.stream(arguments).map(Bytes::ofUtf8).toList());
  }

  /** Returns the address without angle brackets; empty for the null sender. */
  public String address() {
    return Mailbox.withoutBrackets(path).toUtf8String();
  }

  /** Returns the local part as written. */
  public String localPart() {
    String address = address();
    int at = address.lastIndexOf('@');
    return at < 0 ? address : address.substring(0, at);
  }

  /** Returns the domain in lower case, without a dot at its end; empty if there is none. */
  public String domain() {
    return Mailbox.domain(path).toUtf8String().toLowerCase(Locale.ROOT);
  }

  /** Returns the address for people: without angle brackets, the domain not in A-labels. */
  public String unicodeAddress() {
    return Idna.toUnicode(address());
  }

  /** Returns whether this is the null sender, {@code <>}. */
  public boolean isNull() {
    return Mailbox.withoutBrackets(path).isEmpty();
  }

  /** Returns whether both are the same mailbox: the case of domains does not matter. */
  public boolean sameMailbox(EnvelopeAddress other) {
    return Mailbox.same(path, other.path);
  }

  /**
   * Returns the value of an argument, or an empty text for one without a value; empty if it is not
   * there.
   *
   * @param keyword such as {@code SIZE}; case does not matter
   */
  public Optional<String> argument(String keyword) {
    for (Bytes argument : arguments) {
      String text = argument.toUtf8String();
      int equals = text.indexOf('=');
      String key = equals < 0 ? text : text.substring(0, equals);
      if (key.equalsIgnoreCase(keyword)) {
        return Optional.of(equals < 0 ? "" : text.substring(equals + 1));
      }
    }
    return Optional.empty();
  }

  /** Returns the path and the arguments. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder(Mailbox.angle(path).toUtf8String());
    arguments.forEach(argument -> text.append(' ').append(argument.toUtf8String()));
    return text.toString();
  }
}
