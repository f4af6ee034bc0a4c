package org.miltergate.gateway.smtp;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.miltergate.milter.bytes.Bytes;
import org.miltergate.milter.mail.MessageContent;

/**
 * The SHA-256 of a message and its sender as the client sent them, whatever milters make of both;
 * made when it is first asked for, which is seldom.
 *
 * <p>Confined to the session's thread, and of use only until the body is closed.
 */
final class ContentDigest implements Supplier<Bytes> {
  private final Bytes sender;
  private final MessageContent content;
  private @Nullable Bytes digest;

  /**
   * @param sender mailbox without angle brackets
   */
  ContentDigest(Bytes sender, MessageContent content) {
    this.sender = sender;
    this.content = content;
  }

  /**
   * @throws UncheckedIOException if the body cannot be read
   */
  @Override
  public Bytes get() {
    Bytes made = digest;
    if (made == null) {
      made = make();
      digest = made;
    }
    return made;
  }

  private Bytes make() {
    MessageDigest sha256 = sha256();
    try (OutputStream out = new DigestOutputStream(OutputStream.nullOutputStream(), sha256)) {
      sender.writeTo(out);
      out.write('\n'); // in no mailbox
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
