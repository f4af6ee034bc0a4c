package org.miltergate.milter.mail;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.miltergate.milter.bytes.Bytes;
import org.miltergate.milter.dsn.Notify;
import org.miltergate.milter.dsn.OriginalRecipient;
import org.miltergate.milter.dsn.SenderDsn;
import org.miltergate.milter.dsn.Xtext;

/**
 * Checks the ESMTP arguments that a milter sends with an address.
 *
 * <p>Only those of RFC 3461 are used, as in "postfix src/cleanup/cleanup_milter.c"; anything else
 * could make the next hop refuse the address, or inject commands into the SMTP dialogue.
 */
final class EsmtpArguments {
  private EsmtpArguments() {}

  /** Splits each text at blanks and TABs. */
  static List<Bytes> split(List<Bytes> texts) {
    List<Bytes> arguments = new ArrayList<>();
    for (Bytes text : texts) {
      int start = 0;
      for (int i = 0; i <= text.length(); i++) {
        if (i == text.length() || HeaderSyntax.isBlank(text.at(i))) {
          if (i > start) {
            arguments.add(text.slice(start, i));
          }
          start = i + 1;
        }
      }
    }
    return arguments;
  }

  /** Returns whether it is a well-formed NOTIFY or ORCPT. */
  static boolean isRecipientArgument(Bytes argument) {
    return Xtext.valueOf(argument, "NOTIFY").flatMap(Notify::parse).isPresent()
        || Xtext.valueOf(argument, "ORCPT").flatMap(OriginalRecipient::parse).isPresent();
  }

  /** Returns whether it is a well-formed RET or ENVID. */
  static boolean isSenderArgument(Bytes argument) {
    return Xtext.valueOf(argument, "RET").flatMap(SenderDsn::returned).isPresent()
        || Xtext.valueOf(argument, "ENVID").flatMap(SenderDsn::envelopeId).isPresent();
  }

  static boolean sameKeyword(Bytes one, Bytes other) {
    return keyword(one).equals(keyword(other));
  }

  private static String keyword(Bytes argument) {
    int end = argument.indexOf('=', 0);
    Bytes keyword = end < 0 ? argument : argument.slice(0, end);
    return keyword.toString().toUpperCase(Locale.ROOT);
  }
}
