package org.miltergate.milter.wire;

import java.util.EnumSet;
import java.util.StringJoiner;

/**
 * Which events a milter is sent and which it answers: the protocol bits of a negotiation ({@code
 * SMFIP_*}), with the data-size bits ({@code SMFIP_MDS_*}).
 *
 * @param bits as on the wire; bits without a name are kept
 */
public record ProtocolSteps(int bits) {
  public static final ProtocolSteps NONE = new ProtocolSteps(0);

  /** All steps of version 6, without the data-size bits. */
  public static final ProtocolSteps ALL = new ProtocolSteps(0x1fffff);

  private static final int DATA_SIZES = 0x7000_0000;

  /** One step. {@code NO_X}: the event is not sent. {@code NO_REPLY_X}: it is not answered. */
  public enum Step {
    NO_CONNECT(0x01),
    NO_HELO(0x02),
    NO_MAIL(0x04),
    NO_RCPT(0x08),
    NO_BODY(0x10),
    NO_HEADERS(0x20),
    NO_END_OF_HEADERS(0x40),
    NO_REPLY_HEADERS(0x80),
    NO_UNKNOWN(0x100),
    NO_DATA(0x200),
    /** The milter may answer {@link Reply.Skip}. */
    SKIP(0x400),
    /** The milter wants the recipients that the MTA refused. */
    REJECTED_RECIPIENTS(0x800),
    NO_REPLY_CONNECT(0x1000),
    NO_REPLY_HELO(0x2000),
    NO_REPLY_MAIL(0x4000),
    NO_REPLY_RCPT(0x8000),
    NO_REPLY_DATA(0x10000),
    NO_REPLY_UNKNOWN(0x20000),
    NO_REPLY_END_OF_HEADERS(0x40000),
    NO_REPLY_BODY(0x80000),
    /** Header values include the blank after the colon, in both directions. */
    LEADING_SPACE(0x100000);

    private final int mask;

    Step(int mask) {
      this.mask = mask;
    }
  }

  public static ProtocolSteps of(Step... steps) {
    int bits = 0;
    for (Step step : steps) {
      bits |= step.mask;
    }
    return new ProtocolSteps(bits);
  }

  public boolean has(Step step) {
    return (bits & step.mask) != 0;
  }

  public ProtocolSteps and(ProtocolSteps other) {
    return new ProtocolSteps(bits & other.bits);
  }

  public ProtocolSteps or(ProtocolSteps other) {
    return new ProtocolSteps(bits | other.bits);
  }

  public ProtocolSteps without(ProtocolSteps other) {
    return new ProtocolSteps(bits & ~other.bits);
  }

  public boolean isEmpty() {
    return bits == 0;
  }

  /** Returns the same steps with only the data-size bits of {@code size}. */
  public ProtocolSteps with(DataSize size) {
    return new ProtocolSteps((bits & ~DATA_SIZES) | size.mask());
  }

  /** Returns the data size of these bits; the larger one if two are set. */
  public DataSize dataSize() {
    if ((bits & DataSize.LARGEST.mask()) != 0) {
      return DataSize.LARGEST;
    }
    return (bits & DataSize.LARGE.mask()) != 0 ? DataSize.LARGE : DataSize.USUAL;
  }

  /** Returns the same steps without the data-size bits. */
  public ProtocolSteps withoutDataSize() {
    return new ProtocolSteps(bits & ~DATA_SIZES);
  }

  /** Names the bits: {@code 0x342 NO_HELO|NO_END_OF_HEADERS|NO_UNKNOWN|NO_DATA}. */
  @Override
  public String toString() {
    StringJoiner names = new StringJoiner("|", "0x" + Integer.toHexString(bits) + " ", "");
    names.setEmptyValue("0x" + Integer.toHexString(bits));
    EnumSet.allOf(Step.class).stream().filter(this::has).forEach(s -> names.add(s.name()));
    if (dataSize() != DataSize.USUAL) {
      names.add("DATA_SIZE_" + dataSize());
    }
    return names.toString();
  }
}
