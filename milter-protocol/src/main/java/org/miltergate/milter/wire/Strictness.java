package org.miltergate.milter.wire;

/** How much a decoder of replies bears. */
public enum Strictness {
  /** Every packet has to have its exact form. */
  STRICT,
  /** A reply code may lack the NUL behind its text, as Postfix takes it; all else is strict. */
  LENIENT
}
