package org.miltergate.milter.wire;

import java.util.EnumSet;
import java.util.StringJoiner;

/**
 * What a milter may change: the action bits of a negotiation ({@code SMFIF_*}).
 *
 * @param bits as on the wire; bits without a name are kept
 */
public record Actions(int bits) {
  public static final Actions NONE = new Actions(0);
  public static final Actions ALL = new Actions(0x1ff);

  /** One action. */
  public enum Action {
    ADD_HEADERS(0x001),
    CHANGE_BODY(0x002),
    ADD_RECIPIENTS(0x004),
    DELETE_RECIPIENTS(0x008),
    CHANGE_HEADERS(0x010),
    QUARANTINE(0x020),
    CHANGE_SENDER(0x040),
    ADD_RECIPIENTS_WITH_ARGUMENTS(0x080),
    SET_MACRO_LISTS(0x100);

    private final int mask;

    Action(int mask) {
      this.mask = mask;
    }
  }

  public static Actions of(Action... actions) {
    int bits = 0;
    for (Action action : actions) {
      bits |= action.mask;
    }
    return new Actions(bits);
  }

  public boolean has(Action action) {
    return (bits & action.mask) != 0;
  }

  public Actions and(Actions other) {
    return new Actions(bits & other.bits);
  }

  public Actions without(Actions other) {
    return new Actions(bits & ~other.bits);
  }

  public boolean isEmpty() {
    return bits == 0;
  }

  /** Names the bits: {@code 0x11 ADD_HEADERS|CHANGE_HEADERS}. */
  @Override
  public String toString() {
    StringJoiner names = new StringJoiner("|", "0x" + Integer.toHexString(bits) + " ", "");
    names.setEmptyValue("0x" + Integer.toHexString(bits));
    EnumSet.allOf(Action.class).stream().filter(this::has).forEach(a -> names.add(a.name()));
    return names.toString();
  }
}
