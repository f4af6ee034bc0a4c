package org.miltergate.milter.test.mta;

import java.io.ByteArrayOutputStream;
import org.miltergate.milter.bytes.Bytes;

/** Builds a message from header fields and a body. Not thread-safe. */
public final class TestMailBuilder {
  private static final Bytes COLON = Bytes.ofLatin1(": ");
  private static final Bytes CRLF = Bytes.ofLatin1("\r\n");

  private final ByteArrayOutputStream header = new ByteArrayOutputStream();
  private Bytes body = Bytes.EMPTY;

  TestMailBuilder() {}

  /**
   * Adds a header field, as {@code name: value}, in UTF-8.
   *
   * @param value may hold folds as LF or CRLF and white space
   */
  public TestMailBuilder header(String name, String value) {
    String folded = value.replace("\r\n", "\n").replace("\n", "\r\n");
    header.writeBytes(Bytes.ofUtf8(name).toArray());
    header.writeBytes(COLON.toArray());
    header.writeBytes(Bytes.ofUtf8(folded).toArray());
    header.writeBytes(CRLF.toArray());
    return this;
  }

  /** Sets the body from text, in UTF-8; each line end becomes CRLF. */
  public TestMailBuilder body(String text) {
    return body(Bytes.ofUtf8(text.replace("\r\n", "\n").replace("\n", "\r\n")));
  }

  /** Sets the body to exactly these bytes. */
  public TestMailBuilder body(Bytes bytes) {
    body = bytes;
    return this;
  }

  /** Returns the message, with the usual envelope. */
  public TestMail build() {
    return TestMail.of(Bytes.copyOf(header.toByteArray()).concat(CRLF).concat(body));
  }
}
