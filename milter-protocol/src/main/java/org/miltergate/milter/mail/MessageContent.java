package org.miltergate.milter.mail;

import java.util.Objects;
import org.miltergate.milter.bytes.Bytes;

/**
 * The content of a message as milters and the next hop read it: see {@link MessageParser}.
 *
 * @param separator the empty line between header and body; empty if there was neither it nor a body
 * @param body owned by the holder of this record, who closes it
 */
public record MessageContent(HeaderBlock header, Bytes separator, Body body) {
  public MessageContent {
    Objects.requireNonNull(header, "header");
    Objects.requireNonNull(separator, "separator");
    Objects.requireNonNull(body, "body");
  }
}
