package org.miltergate.milter.chain;

import static org.miltergate.milter.chain.SmtpSide.client;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import org.miltergate.milter.test.ScriptedMilter;

/** What a server says to a {@link ChainSession}, for tests. */
final class FrontDoor {
  static final InetSocketAddress CLIENT = new InetSocketAddress("192.0.2.7", 4711);
  static final String MESSAGE = "Message-ID: <1@example.org>\r\nSubject: hello\r\n\r\nbody\r\n";

  private FrontDoor() {}

  static MilterChain.Builder builder(ScriptedMilter milter) {
    return MilterChain.builder().add(client("m", milter));
  }

  static ChainSession open(ScriptedMilter milter) {
    return builder(milter).build().open("mx.test");
  }

  static void begin(ChainSession session) {
    session.connect(CLIENT);
    session.helo("client.test");
    session.mail("<a@x.test>");
    session.rcpt("<b@y.test>");
    session.data();
  }

  static ContentResult message(ChainSession session, String from, String to) throws IOException {
    session.mail(from);
    session.rcpt(to);
    session.data();
    return session.content(stream(MESSAGE));
  }

  static String text(ContentResult result, String received) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    result.writeTo(out, received);
    return out.toString(StandardCharsets.US_ASCII);
  }

  static InputStream stream(String text) {
    return new ByteArrayInputStream(text.getBytes(StandardCharsets.US_ASCII));
  }
}
