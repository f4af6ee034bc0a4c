package org.miltergate.milter.wire;

import java.util.Objects;
import org.miltergate.milter.bytes.Bytes;

/**
 * One packet with undecoded payload.
 *
 * @param letter of the command or reply; any value
 * @param payload what follows the letter
 */
public record Frame(byte letter, Bytes payload) {
  public Frame {
    Objects.requireNonNull(payload, "payload");
  }
}
