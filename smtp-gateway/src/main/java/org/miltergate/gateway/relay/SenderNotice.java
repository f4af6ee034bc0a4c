package org.miltergate.gateway.relay;

/** How the sender of a message has been told of recipients that were refused permanently. */
public enum SenderNotice {
  /** Somebody else is answerable for a notice to it now. */
  GIVEN,
  /** It is not to be told: nobody was refused, it is the null sender, or it wants no notices. */
  NEEDLESS,
  /** There is no way to it but the client, which is to be told in its reply. */
  BY_REPLY,
  /** It could not be told. */
  IMPOSSIBLE
}
