package org.miltergate.gateway.auth;

import java.util.Optional;
import org.miltergate.milter.bytes.Bytes;
import org.miltergate.milter.text.Utf8;

/**
 * The first message of a SCRAM client: {@code n,,n=user,r=nonce}.
 *
 * @param header up to the second comma, {@code n,,} or {@code y,a=user,}
 * @param authorizationId empty if there is none
 * @param bare what follows the header
 * @see "RFC 5802 5.1 and 7"
 */
record ScramClientFirst(
    String header, String authorizationId, String bare, String user, String nonce) {

  static ScramClientFirst parse(Bytes message) throws ScramException {
    String text =
        Utf8.decode(message.toArray()).orElseThrow(() -> new ScramException("malformed response"));
    int binding = text.indexOf(',');
    int header = text.indexOf(',', binding + 1) + 1;
    if (binding < 0 || header == 0) {
      throw new ScramException("malformed response");
    }
    String authorizationId = authorizationId(text.substring(binding + 1, header - 1));
    checkBinding(text.substring(0, binding));
    String bare = text.substring(header);
    String[] attributes = bare.split(",", -1);
    if (attributes.length < 2 || !attributes[0].startsWith("n=") || !isNonce(attributes[1])) {
      throw new ScramException("malformed response"); // also for m=, which must be refused
    }
    return new ScramClientFirst(
        text.substring(0, header),
        authorizationId,
        bare,
        name(attributes[0].substring(2)),
        attributes[1].substring(2));
  }

  private static void checkBinding(String flag) throws ScramException {
    if (flag.startsWith("p=")) {
      throw new ScramException("channel binding is not offered");
    }
    if (!flag.equals("n") && !flag.equals("y")) {
      throw new ScramException("malformed response");
    }
  }

  private static String authorizationId(String attribute) throws ScramException {
    if (attribute.isEmpty()) {
      return "";
    }
    if (!attribute.startsWith("a=")) {
      throw new ScramException("malformed response");
    }
    return name(attribute.substring(2));
  }

  /** Undoes {@code =2C} and {@code =3D}, which stand for comma and equals sign. */
  private static String name(String escaped) throws ScramException {
    String plain = escaped.replace("=2C", ",").replace("=3D", "\0");
    if (escaped.isEmpty() || escaped.indexOf('\0') >= 0 || plain.indexOf('=') >= 0) {
      throw new ScramException("malformed response");
    }
    return plain.replace('\0', '=');
  }

  private static boolean isNonce(String attribute) {
    return attribute.length() > 2
        && attribute.startsWith("r=")
        && attribute.chars().allMatch(c -> c > ' ' && c < 0x7f);
  }

  /** Returns whether the client acts for {@code name}, as it does without an authorization id. */
  boolean authorizes(String name) {
    Optional<String> prepared = SaslPrep.name(authorizationId);
    return authorizationId.isEmpty() || prepared.filter(name::equals).isPresent();
  }
}
