package org.miltergate.milter.wire;

/** The largest payload that both sides agreed on ({@code SMFIP_MDS_*}). */
public enum DataSize {
  /** 65535 bytes, without a bit. */
  USUAL(0, 65_535),
  /** {@code SMFIP_MDS_256K}: 262143 bytes. */
  LARGE(0x1000_0000, 262_143),
  /** {@code SMFIP_MDS_1M}: 1048575 bytes. */
  LARGEST(0x2000_0000, 1_048_575);

  private final int mask;
  private final int maxPayloadBytes;

  DataSize(int mask, int maxPayloadBytes) {
    this.mask = mask;
    this.maxPayloadBytes = maxPayloadBytes;
  }

  int mask() {
    return mask;
  }

  /** Returns the largest payload in bytes, without the command letter. */
  public int maxPayloadBytes() {
    return maxPayloadBytes;
  }
}
