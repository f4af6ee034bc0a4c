package org.miltergate.milter.mail;

import java.util.Objects;
import java.util.Optional;
import org.miltergate.milter.body.Body;
import org.miltergate.milter.bytes.Bytes;

/**
 * The content of a message as milters and the next hop read it: see {@link MessageParser}.
 *
 * @param separator the empty line between header and body; empty if there was neither it nor a body
 * @param body owned by the holder of this record, who closes it
 */
public record MessageContent(HeaderBlock header, Bytes separator, Body body) {
  private static final Bytes MESSAGE_ID = Bytes.ofLatin1("Message-ID");

  public MessageContent {
    Objects.requireNonNull(header, "header");
    Objects.requireNonNull(separator, "separator");
    Objects.requireNonNull(body, "body");
  }

  /** Returns the value of the first {@code Message-ID} field in one line, if there is one. */
  public Optional<Bytes> messageId() {
    return header.fields().stream()
        .filter(field -> field.isNamed(MESSAGE_ID))
        .findFirst()
        .map(HeaderField::milterValue)
        .map(value -> Bytes.ofLatin1(value.toString().replace("\n", "").strip()));
  }
}
