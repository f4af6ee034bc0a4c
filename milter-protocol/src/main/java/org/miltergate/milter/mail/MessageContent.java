package org.miltergate.milter.mail;

import java.util.Objects;
import org.miltergate.milter.bytes.Bytes;

/**
 * Holds a message as milters and the next hop read it: see {@link MessageParser}.
 *
 * @param separator the empty line between header and body; no bytes if neither it nor a body came
 * @param body owned by whoever holds this; to be closed
 */
public record MessageContent(HeaderBlock header, Bytes separator, Body body) {
  public MessageContent {
    Objects.requireNonNull(header, "header");
    Objects.requireNonNull(separator, "separator");
    Objects.requireNonNull(body, "body");
  }
}
