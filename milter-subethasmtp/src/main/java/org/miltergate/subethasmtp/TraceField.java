package org.miltergate.subethasmtp;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;
import java.nio.charset.StandardCharsets;
import org.subethamail.smtp.internal.io.ReceivedHeaderStream;

/**
 * The {@code Received} field that SubEthaSMTP puts before the content, unless told not to. Milters
 * neither see nor count the server's own, so that it is taken off and put back after them.
 *
 * @param text the field, empty if there is none
 * @param rest the content as the client sent it
 */
record TraceField(String text, InputStream rest) {

  /** Cuts the field off, if the server has put one there. */
  static TraceField cutOff(InputStream data) throws IOException {
    if (!(data instanceof ReceivedHeaderStream)) {
      return new TraceField("", data); // a field at the top would be the client's
    }
    PushbackInputStream in = new PushbackInputStream(data, 1);
    ByteArrayOutputStream field = new ByteArrayOutputStream();
    int next = in.read();
    boolean lineEnded = false;
    while (next >= 0 && !(lineEnded && next != ' ' && next != '\t')) {
      field.write(next);
      lineEnded = next == '\n';
      next = in.read();
    }
    if (next >= 0) {
      in.unread(next);
    }
    return new TraceField(field.toString(StandardCharsets.UTF_8), in);
  }
}
