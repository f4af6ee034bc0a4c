package org.miltergate.gateway.smtp.content;

import java.io.IOException;
import org.miltergate.milter.mail.HeaderTooLargeException;

/** Why a message is refused although it was read to its end. */
public sealed interface ContentFault {
  /** It contains a bare CR or LF. */
  record BareNewline() implements ContentFault {}

  /** It is larger than allowed. */
  record TooLarge() implements ContentFault {}

  /** Its header block is larger than allowed, or a field of it. */
  record HeaderTooLarge(HeaderTooLargeException.Limit limit) implements ContentFault {}

  /** There is no memory for it at present. */
  record NoMemory() implements ContentFault {}

  /** It cannot be stored: the disk is full, or has failed. */
  record Unstorable(IOException cause) implements ContentFault {}
}
