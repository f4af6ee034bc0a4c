package org.miltergate.milter.session;

/** What happens to an edit whose action the milter did not ask for in its negotiation. */
public enum UnagreedEdits {
  /** It is applied, with a warning: milters that forget their flags also work with Postfix. */
  APPLY,
  /** It is left out, with a warning. */
  IGNORE,
  /** The milter has failed. */
  FAIL
}
