package org.miltergate.gateway.auth;

import java.util.Base64;
import org.miltergate.milter.bytes.Bytes;
import org.miltergate.milter.text.Utf8;

/**
 * The last message of a SCRAM client: {@code c=biws,r=nonce,p=proof}.
 *
 * @param binding the header of the first message once more
 * @param proof 32 bytes
 * @param withoutProof all before {@code ,p=}
 * @see "RFC 5802 5.1 and 7"
 */
record ScramClientFinal(Bytes binding, String nonce, Bytes proof, String withoutProof) {
  private static final int PROOF_BYTES = 32;

  static ScramClientFinal parse(Bytes message) throws ScramException {
    String text = Utf8.decode(message.toArray()).orElseThrow(ScramClientFinal::malformed);
    int end = text.lastIndexOf(",p=");
    String[] attributes = text.substring(0, Math.max(0, end)).split(",", -1);
    if (attributes.length < 2
        || !attributes[0].startsWith("c=")
        || !attributes[1].startsWith("r=")) {
      throw malformed();
    }
    Bytes proof = decode(text.substring(end + ",p=".length()));
    if (proof.length() != PROOF_BYTES) {
      throw malformed();
    }
    return new ScramClientFinal(
        decode(attributes[0].substring(2)),
        attributes[1].substring(2),
        proof,
        text.substring(0, end));
  }

  private static Bytes decode(String base64) throws ScramException {
    try {
      return Bytes.copyOf(Base64.getDecoder().decode(base64));
    } catch (IllegalArgumentException e) {
      throw malformed();
    }
  }

  private static ScramException malformed() {
    return new ScramException("malformed response");
  }
}
