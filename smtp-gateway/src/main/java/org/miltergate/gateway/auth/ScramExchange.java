package org.miltergate.gateway.auth;

import com.ongres.scram.common.ScramFunctions;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.miltergate.config.auth.PasswordHash;
import org.miltergate.milter.bytes.Bytes;

/**
 * SCRAM-SHA-256 without channel binding: each side proves to the other that it knows the password,
 * or its hash, and neither sends it.
 *
 * <p>The server's signature is sent as a challenge, which the client answers with an empty
 * response, because a reply that ends AUTH carries no data.
 *
 * @see "RFC 5802 5, RFC 7677"
 */
final class ScramExchange implements SaslExchange {
  static final String NAME = "SCRAM-SHA-256";
  private static final int NONCE_CHARS = 24;
  private static final SecureRandom RANDOM = new SecureRandom();

  /** The expected message. */
  private enum Expected {
    CLIENT_FIRST,
    CLIENT_FINAL,
    NOTHING
  }

  private final PasswordHashes hashes;
  private final LoginAttempts attempts;
  private final Supplier<String> nonces;
  private Expected expected = Expected.CLIENT_FIRST;
  private @Nullable Opening opening;

  /** The result of the first two messages. */
  private record Opening(
      ScramClientFirst client, String user, PasswordHash hash, boolean known, String serverFirst) {
    String nonce() {
      return serverFirst.substring("r=".length(), serverFirst.indexOf(','));
    }
  }

  ScramExchange(PasswordHashes hashes, LoginAttempts attempts) {
    this(hashes, attempts, () -> ScramFunctions.nonce(NONCE_CHARS, RANDOM));
  }

  ScramExchange(PasswordHashes hashes, LoginAttempts attempts, Supplier<String> nonces) {
    this.hashes = hashes;
    this.attempts = attempts;
    this.nonces = nonces;
  }

  @Override
  public String mechanism() {
    return NAME;
  }

  @Override
  public SaslStep.Challenge first() {
    return new SaslStep.Challenge(Bytes.EMPTY);
  }

  @Override
  public SaslStep next(Bytes response) {
    return switch (expected) {
      case CLIENT_FIRST -> open(response);
      case CLIENT_FINAL -> prove(response);
      case NOTHING -> end(response);
    };
  }

  private SaslStep open(Bytes response) {
    ScramClientFirst client;
    try {
      client = ScramClientFirst.parse(response);
    } catch (ScramException e) {
      return new SaslStep.Refused(e.reason(), "");
    }
    Optional<String> name = SaslPrep.name(client.user());
    if (name.isEmpty()) {
      return new SaslStep.Refused("invalid user name", client.user());
    }
    String user = name.get();
    if (!client.authorizes(user)) {
      return new SaslStep.Refused("may not act for another user", user);
    }
    Optional<PasswordHash> known;
    try {
      known = hashes.find(user);
    } catch (IOException e) {
      return new SaslStep.Unavailable(String.valueOf(e.getMessage()), user);
    }
    PasswordHash hash = known.orElseGet(() -> StoredUsers.decoy(hashes, user));
    String salt = Base64.getEncoder().encodeToString(hash.salt().toArray());
    String serverFirst =
        String.format(
            Locale.ROOT, "r=%s%s,s=%s,i=%d", client.nonce(), nonces.get(), salt, hash.iterations());
    opening = new Opening(client, user, hash, known.isPresent(), serverFirst);
    expected = Expected.CLIENT_FINAL;
    return new SaslStep.Challenge(Bytes.ofUtf8(serverFirst));
  }

  private SaslStep prove(Bytes response) {
    Opening begun = opened();
    ScramClientFinal end;
    try {
      end = ScramClientFinal.parse(response);
    } catch (ScramException e) {
      return new SaslStep.Refused(e.reason(), begun.user());
    }
    if (!end.binding().equals(Bytes.ofUtf8(begun.client().header()))
        || !end.nonce().equals(begun.nonce())) {
      return new SaslStep.Refused("the client's messages do not match", begun.user());
    }
    Optional<LoginAttempts.Attempt> checked = attempts.begin(begun.user());
    if (checked.isEmpty()) {
      return new SaslStep.Limited(begun.user());
    }
    try (LoginAttempts.Attempt attempt = checked.get()) {
      return prove(begun, end, attempt);
    }
  }

  private SaslStep prove(Opening begun, ScramClientFinal end, LoginAttempts.Attempt attempt) {
    String messages = begun.client().bare() + "," + begun.serverFirst() + "," + end.withoutProof();
    if (!proves(end.proof().toArray(), begun.hash(), messages) || !begun.known()) {
      return new SaslStep.Refused("unknown user or wrong password", begun.user());
    }
    attempt.succeeded();
    expected = Expected.NOTHING;
    byte[] signature = hmac(begun.hash().serverKey(), messages);
    return new SaslStep.Challenge(
        Bytes.ofLatin1("v=" + Base64.getEncoder().encodeToString(signature)));
  }

  /** The proof is the client's key XOR a signature made with the stored key. */
  private static boolean proves(byte[] proof, PasswordHash hash, String messages) {
    byte[] signature = hmac(hash.storedKey(), messages);
    byte[] clientKey = new byte[signature.length];
    for (int i = 0; i < clientKey.length; i++) {
      clientKey[i] = (byte) (proof[i] ^ signature[i]);
    }
    byte[] storedKey = ScramFunctions.hash(Passwords.MECHANISM, clientKey);
    return MessageDigest.isEqual(storedKey, hash.storedKey().toArray());
  }

  private static byte[] hmac(Bytes key, String message) {
    return ScramFunctions.hmac(
        Passwords.MECHANISM, key.toArray(), message.getBytes(StandardCharsets.UTF_8));
  }

  private SaslStep end(Bytes response) {
    String user = opened().user();
    return response.isEmpty()
        ? new SaslStep.Done(new Login(NAME, user, user))
        : new SaslStep.Refused("the client rejects our proof", user);
  }

  private Opening opened() {
    Opening begun = opening;
    if (begun == null) {
      throw new IllegalStateException("the client has not opened the exchange");
    }
    return begun;
  }
}
