package org.miltergate.gateway.intake;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.miltergate.milter.bytes.Bytes;
import org.miltergate.milter.mail.HeaderField;
import org.miltergate.milter.mail.MessageContent;

/**
 * The SHA-256 of a message, its sender and its client, as the client sent them, whatever milters
 * make of them; made when it is first asked for, which is seldom.
 *
 * <p>Only a message with a {@code Message-ID} or {@code Received} field has one: those differ from
 * message to message. Without them a device that reports the same each hour sends equal messages,
 * and each of them is a new one.
 *
 * <p>Not thread-safe; used by the session's thread, and only until the body is closed.
 */
final class ContentDigest implements Supplier<Optional<Bytes>> {
  private static final List<Bytes> DISTINCT =
      List.of(Bytes.ofLatin1("Message-ID"), Bytes.ofLatin1("Received"));

  private final List<Bytes> origin;
  private final MessageContent content;

  @SuppressWarnings("NullableOptional") // null until it is first asked for
  private @Nullable Optional<Bytes> digest;

  /**
   * @param origin what else tells a retry from another message
   */
  ContentDigest(List<Bytes> origin, MessageContent content) {
    this.origin = List.copyOf(origin);
    this.content = content;
  }

  /**
   * @throws UncheckedIOException if the body cannot be read
   */
  @Override
  public Optional<Bytes> get() {
    Optional<Bytes> made = digest;
    if (made == null) {
      made = isDistinct() ? Optional.of(make()) : Optional.empty();
      digest = made;
    }
    return made;
  }

  private boolean isDistinct() {
    return content.header().fields().stream()
        .filter(field -> DISTINCT.stream().anyMatch(field::isNamed))
        .map(HeaderField::milterValue)
        .anyMatch(value -> !value.toString().isBlank());
  }

  private Bytes make() {
    MessageDigest sha256 = sha256();
    try (OutputStream out = new DigestOutputStream(OutputStream.nullOutputStream(), sha256)) {
      for (Bytes part : origin) {
        // With its length in front, no part can look like the end of another.
        out.write((part.length() + ":").getBytes(StandardCharsets.US_ASCII));
        part.writeTo(out);
      }
      content.header().writeTo(out);
      content.separator().writeTo(out);
      content.body().writeTo(out);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return Bytes.copyOf(sha256.digest());
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
