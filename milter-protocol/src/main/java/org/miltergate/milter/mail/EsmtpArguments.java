package org.miltergate.milter.mail;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.miltergate.milter.bytes.Bytes;

/**
 * Checks the ESMTP arguments that a milter sends with an address.
 *
 * <p>Only those of RFC 3461 are used, as in "postfix src/cleanup/cleanup_milter.c"; anything else
 * could make the next hop refuse the address, or inject commands into the SMTP dialogue.
 */
final class EsmtpArguments {
  private static final Pattern OF_RECIPIENT =
      Pattern.compile(
          "(?i)NOTIFY=(NEVER|(SUCCESS|FAILURE|DELAY)(,(SUCCESS|FAILURE|DELAY)){0,2})"
              + "|ORCPT=[!-~&&[^;=]]{1,64};[!-~\\x80-\\xff&&[^=]]{1,500}");

  private static final Pattern OF_SENDER =
      Pattern.compile("(?i)RET=(FULL|HDRS)|ENVID=[!-~&&[^=]]{1,100}");

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

  static boolean isRecipientArgument(Bytes argument) {
    return OF_RECIPIENT.matcher(argument.toString()).matches();
  }

  static boolean isSenderArgument(Bytes argument) {
    return OF_SENDER.matcher(argument.toString()).matches();
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
