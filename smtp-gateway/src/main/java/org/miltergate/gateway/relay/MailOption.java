package org.miltergate.gateway.relay;

import java.util.EnumSet;
import java.util.Set;
import org.miltergate.milter.bytes.Bytes;
import org.miltergate.milter.mail.Sender;

/** What the client declared about a message, to be declared to the next hop. */
public enum MailOption {
  /** {@code BODY=8BITMIME} (RFC 6152). */
  EIGHT_BIT_MIME("BODY=8BITMIME"),

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

  Bytes argument() {
    return argument;
  }

  /** Picks the options out of the arguments that a sender came with. */
  public static Set<MailOption> of(Sender sender) {
    EnumSet<MailOption> options = EnumSet.noneOf(MailOption.class);
    for (MailOption option : values()) {
      if (sender.arguments().stream().anyMatch(option.argument::equalsIgnoreAsciiCase)) {
        options.add(option);
      }
    }
    return Set.copyOf(options);
  }
}
