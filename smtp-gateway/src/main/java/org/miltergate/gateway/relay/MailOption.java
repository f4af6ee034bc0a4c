package org.miltergate.gateway.relay;

import java.io.IOException;
import java.util.EnumSet;
import java.util.Set;
import org.miltergate.milter.bytes.Bytes;
import org.miltergate.milter.mail.MailMessage;
import org.miltergate.milter.mail.Sender;

/** What is declared about a message to the next hop. */
public enum MailOption {
  /** {@code BODY=8BITMIME} (RFC 6152): the next hop has to offer it if there are 8-bit bytes. */
  EIGHT_BIT_MIME("BODY=8BITMIME"),

  /**
   * {@code BODY=8BITMIME} of a message that the client did not declare so, and in which a milter
   * put 8-bit bytes: told to a next hop that offers it; another gets the message anyway.
   */
  EIGHT_BIT_EDITS("BODY=8BITMIME"),

  /** {@code SMTPUTF8} (RFC 6531). */
  SMTPUTF8("SMTPUTF8"),

  /**
   * {@code REQUIRETLS} (RFC 8689): the message goes only to a next hop that offers it as well, on a
   * connection with TLS whose certificate was verified; else it is refused with 5.7.30.
   */
  REQUIRE_TLS("REQUIRETLS");

  private final Bytes argument;

  MailOption(String argument) {
    this.argument = Bytes.ofLatin1(argument);
  }

  public Bytes argument() {
    return argument;
  }

  /** Picks the options out of the arguments that a sender came with. */
  public static Set<MailOption> of(Sender sender) {
    EnumSet<MailOption> options = EnumSet.noneOf(MailOption.class);
    for (MailOption option : EnumSet.of(EIGHT_BIT_MIME, SMTPUTF8, REQUIRE_TLS)) {
      if (sender.arguments().stream().anyMatch(option.argument::equalsIgnoreAsciiCase)) {
        options.add(option);
      }
    }
    return Set.copyOf(options);
  }

  /**
   * Follows what milters made of a message: addresses that are not ASCII need SMTPUTF8, and 8-bit
   * bytes in a message that had none need 8BITMIME, whether the client declared it or not. What it
   * did declare stays declared.
   *
   * @param declared by the client
   * @param came the message before the milters
   * @param goes the message after them
   * @throws IOException if a body cannot be read
   */
  public static Set<MailOption> of(Sender declared, MailMessage came, MailMessage goes)
      throws IOException {
    EnumSet<MailOption> options = EnumSet.noneOf(MailOption.class);
    options.addAll(of(declared));
    if (EightBitFinder.isIn(goes.envelope())) {
      options.add(SMTPUTF8);
    }
    boolean edited =
        !goes.header().equals(came.header())
            || !goes.aboveReceived().equals(came.aboveReceived())
            || goes.body() != came.body();
    if (edited
        && !options.contains(EIGHT_BIT_MIME)
        && EightBitFinder.isIn(goes)
        && !EightBitFinder.isIn(came)) {
      options.add(EIGHT_BIT_EDITS);
    }
    return Set.copyOf(options);
  }
}
