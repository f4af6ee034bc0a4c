package org.miltergate.gateway.relay.smtp;

import com.ongres.scram.common.ScramFunctions;
import com.ongres.scram.common.ScramMechanism;
import com.ongres.scram.common.StringPreparation;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The client's side of SCRAM-SHA-256 without channel binding (RFC 5802, RFC 7677).
 *
 * <p>Not thread-safe; use from one thread at a time.
 */
final class ScramClient {
  /** More would let a server keep us busy; a password's hash has some thousands. */
  static final int MAX_ITERATIONS = 1_000_000;

  private static final ScramMechanism MECHANISM = ScramMechanism.SCRAM_SHA_256;
  private static final String NO_BINDING = "n,,";
  private static final int NONCE_CHARS = 24;
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final Pattern SERVER_FIRST =
      Pattern.compile("r=([!-+\\--~]+),s=([A-Za-z0-9+/]+=*),i=([1-9][0-9]{0,6})(?:,.*)?");
  private static final Pattern SERVER_FINAL = Pattern.compile("v=([A-Za-z0-9+/]+=*)(?:,.*)?");

  private enum State {
    FIRST,
    FINAL,
    PROVED
  }

  private final String password;
  private final String nonce;
  private final String firstBare;
  private State state = State.FIRST;
  private byte[] expectedSignature = new byte[0];

  ScramClient(String username, String password) {
    this(username, password, ScramFunctions.nonce(NONCE_CHARS, RANDOM));
  }

  ScramClient(String username, String password, String nonce) {
    this.password = password;
    this.nonce = nonce;
    String name = username.replace("=", "=3D").replace(",", "=2C");
    this.firstBare = "n=" + name + ",r=" + nonce;
  }

  String first() {
    return NO_BINDING + firstBare;
  }

  /**
   * Answers the server's first message with the proof, and its last with nothing.
   *
   * @throws MalformedReplyException if it is malformed, or the server does not know the password
   */
  String respond(String challenge) throws MalformedReplyException {
    return switch (state) {
      case FIRST -> prove(challenge);
      case FINAL -> {
        Matcher form = SERVER_FINAL.matcher(challenge);
        if (!form.matches() || !MessageDigest.isEqual(decode(form.group(1)), expectedSignature)) {
          throw new MalformedReplyException("the server has not proved that it knows the password");
        }
        state = State.PROVED;
        yield "";
      }
      case PROVED -> throw new MalformedReplyException("a third challenge, must be two");
    };
  }

  private String prove(String serverFirst) throws MalformedReplyException {
    Matcher form = SERVER_FIRST.matcher(serverFirst);
    if (!form.matches()
        || !form.group(1).startsWith(nonce)
        || form.group(1).length() == nonce.length()) {
      throw new MalformedReplyException("challenge is not a SCRAM server-first-message");
    }
    int iterations = Integer.parseInt(form.group(3));
    if (iterations > MAX_ITERATIONS) {
      throw new MalformedReplyException(
          String.format(
              Locale.ROOT, "%d iterations requested, limit is %d", iterations, MAX_ITERATIONS));
    }
    byte[] salted = salted(decode(form.group(2)), iterations);
    String withoutProof =
        "c="
            + Base64.getEncoder().encodeToString(NO_BINDING.getBytes(StandardCharsets.US_ASCII))
            + ",r="
            + form.group(1);
    String all = firstBare + "," + serverFirst + "," + withoutProof;
    byte[] clientKey = ScramFunctions.clientKey(MECHANISM, salted);
    byte[] storedKey = ScramFunctions.storedKey(MECHANISM, clientKey);
    byte[] signature = ScramFunctions.clientSignature(MECHANISM, storedKey, all);
    byte[] serverKey = ScramFunctions.serverKey(MECHANISM, salted);
    expectedSignature = ScramFunctions.serverSignature(MECHANISM, serverKey, all);
    state = State.FINAL;
    byte[] proof = ScramFunctions.clientProof(clientKey, signature);
    return withoutProof + ",p=" + Base64.getEncoder().encodeToString(proof);
  }

  private byte[] salted(byte[] salt, int iterations) throws MalformedReplyException {
    try {
      return ScramFunctions.saltedPassword(
          MECHANISM, StringPreparation.SASL_PREPARATION, password.toCharArray(), salt, iterations);
    } catch (IllegalArgumentException e) {
      throw new MalformedReplyException("the password cannot be used with SCRAM");
    }
  }

  private static byte[] decode(String base64) throws MalformedReplyException {
    try {
      return Base64.getDecoder().decode(base64);
    } catch (IllegalArgumentException e) {
      throw new MalformedReplyException("challenge is not valid base64");
    }
  }

  /** Returns whether the server has shown that it knows the password as well. */
  boolean serverIsProved() {
    return state == State.PROVED;
  }
}
