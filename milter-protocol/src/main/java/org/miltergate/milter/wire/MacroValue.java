package org.miltergate.milter.wire;

import org.miltergate.milter.bytes.Bytes;

/**
 * One macro in a packet: {@code i}, {@code {mail_addr}}, and its value.
 *
 * @param name as on the wire: one letter bare, longer names in braces
 */
public record MacroValue(Bytes name, Bytes value) {
  public MacroValue {
    Text.requireNoNul(name, "name");
    Text.requireNoNul(value, "value");
  }
}
