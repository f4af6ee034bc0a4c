package org.miltergate.gateway.bounce;

import java.util.List;
import org.miltergate.gateway.relay.Refusal;

/** The part of a bounce that people read. */
final class HumanPart {
  private HumanPart() {}

  static String of(String hostname, List<Refusal> refused, ReturnedContent returned) {
    StringBuilder text = new StringBuilder();
    text.append("This is the mail system at host ").append(hostname).append(".\r\n\r\n");
    text.append(
        """
        Your message could not be delivered to the recipients named below. It was
        handed on to its other recipients, if it had any.

        Who needs help may turn to the postmaster, with this report at hand.
        """
            .replace("\n", "\r\n"));
    for (Refusal refusal : refused) {
      String line =
          "<%s>: %s".formatted(refusal.recipient().mailbox().toUtf8String(), refusal.text());
      text.append("\r\n").append(Ascii.fold(Ascii.withoutControls(line), "    ")).append("\r\n");
    }
    text.append("\r\n")
        .append(returned.whole() ? "Your message is" : "The header of your message is")
        .append(" attached.\r\n");
    return text.toString();
  }
}
