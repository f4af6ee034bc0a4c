package org.miltergate.milter.session;

/** What happens to an edit whose action the milter did not ask for in its negotiation. */
public enum UnagreedEdits {
  /** It is applied, with a warning: filters that forget their flags work so behind Postfix. */
  APPLY,
  /** It is left out, with a warning. */
  IGNORE,
  /** The milter has failed. */
  FAIL
}
