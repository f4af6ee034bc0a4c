package org.miltergate.milter.dsn;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.miltergate.milter.bytes.Bytes;
import org.miltergate.milter.text.PrintableText;

/**
 * The reports that a sender wants for its message, from the arguments RET and ENVID.
 *
 * @param returned how much of the message a report returns; empty if not given
 * @param envelopeId the sender's own name for the message, decoded: printable ASCII and blanks, 1
 *     to {@value #MAX_ENVELOPE_ID} bytes as encoded; empty if there is none
 * @see "RFC 3461, sections 4.3 and 4.4"
 */
public record SenderDsn(Optional<Returned> returned, Optional<Bytes> envelopeId) {
  static final int MAX_ENVELOPE_ID = 100;

  /** How much of a message a report returns. */
  public enum Returned {
    /** All of it. */
    FULL,
    /** The header only. */
    HDRS
  }

  /**
   * Reads the arguments of MAIL; those that are malformed are ignored.
   *
   * @param arguments each {@code KEYWORD} or {@code KEYWORD=value}
   */
  public static SenderDsn of(List<Bytes> arguments) {
    Optional<Returned> returned = Optional.empty();
    Optional<Bytes> envelopeId = Optional.empty();
    for (Bytes argument : arguments) {
      returned = returned.or(() -> Xtext.valueOf(argument, "RET").flatMap(SenderDsn::returned));
      envelopeId =
          envelopeId.or(() -> Xtext.valueOf(argument, "ENVID").flatMap(SenderDsn::envelopeId));
    }
    return new SenderDsn(returned, envelopeId);
  }

  /** Reads the value of RET, in upper or lower case; empty if it is wrong. */
  public static Optional<Returned> returned(Bytes value) {
    return switch (value.toString().toUpperCase(Locale.ROOT)) {
      case "FULL" -> Optional.of(Returned.FULL);
      case "HDRS" -> Optional.of(Returned.HDRS);
      default -> Optional.empty();
    };
  }

  /** Decodes the value of ENVID; empty if it is wrong, too long, or empty. */
  public static Optional<Bytes> envelopeId(Bytes value) {
    return value.isEmpty() || value.length() > MAX_ENVELOPE_ID
        ? Optional.empty()
        : Xtext.decode(value).filter(SenderDsn::isPrintable);
  }

  private static boolean isPrintable(Bytes text) {
    for (int i = 0; i < text.length(); i++) {
      if (!PrintableText.isPrintableAscii(text.at(i))) {
        return false;
      }
    }
    return true;
  }

  /** Returns the arguments for a next hop that offers DSN, each without a blank before it. */
  public List<Bytes> arguments() {
    List<Bytes> arguments = new ArrayList<>();
    returned.ifPresent(value -> arguments.add(Bytes.ofLatin1("RET=" + value)));
    envelopeId.ifPresent(id -> arguments.add(Bytes.ofLatin1("ENVID=").concat(Xtext.encode(id))));
    return arguments;
  }
}
