package org.miltergate.milter.mail;

import java.util.Objects;
import org.miltergate.milter.bytes.Bytes;

/**
 * Holds a message as it came: the bytes of the three parts in a row are those of the message.
 *
 * @param separator the empty line between header and body as it came; no bytes if there was none
 * @param body owned by whoever holds this; to be closed
 */
public record MessageContent(HeaderBlock header, Bytes separator, Body body) {
  public MessageContent {
    Objects.requireNonNull(header, "header");
    Objects.requireNonNull(separator, "separator");
    Objects.requireNonNull(body, "body");
  }
}
