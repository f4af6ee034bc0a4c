package org.miltergate.milter.wire;

/**
 * The stages that have a macro list of their own ({@code SMFIM_*}). Their ordinals are the numbers
 * on the wire: end of message stands before end of headers.
 */
public enum MacroStage {
  CONNECT,
  HELO,
  MAIL,
  RCPT,
  DATA,
  END_OF_MESSAGE,
  END_OF_HEADERS
}
