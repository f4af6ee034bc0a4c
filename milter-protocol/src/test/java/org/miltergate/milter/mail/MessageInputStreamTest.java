package org.miltergate.milter.mail;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.miltergate.milter.body.Body;
import org.miltergate.milter.body.BodyStore;
import org.miltergate.milter.bytes.Bytes;

class MessageInputStreamTest {
  private static final Bytes RECEIVED = Bytes.ofLatin1("Received: by mx.test\r\n");

  @TempDir Path directory;

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 65534, 65535, 65536, 200_000})
  void readsWhatIsWritten(int bodyBytes) throws IOException {
    try (BodyStore.Writer writer = new BodyStore(directory, 100_000).writer()) {
      for (int i = 0; i < bodyBytes; i++) {
        writer.write(i);
      }
      try (Body body = writer.finish()) {
        MailMessage message = message(body);
        ByteArrayOutputStream written = new ByteArrayOutputStream();
        message.writeTo(written, RECEIVED);

        assertThat(message.toInputStream(RECEIVED).readAllBytes()).isEqualTo(written.toByteArray());
      }
    }
  }

  @Test
  void readsByteForByteAndStaysAtItsEnd() throws IOException {
    InputStream in = message(Body.of(Bytes.ofLatin1("\u00ff"))).toInputStream(Bytes.EMPTY);

    assertThat(in.readNBytes("A: b\r\n\r\n".length())).asString().isEqualTo("A: b\r\n\r\n");
    assertThat(in.read()).isEqualTo(0xff);
    assertThat(in.read()).isEqualTo(-1);
    assertThat(in.read(new byte[10])).isEqualTo(-1);
  }

  private static MailMessage message(Body body) {
    return new MailMessage(
        new Envelope(new Sender(Bytes.ofLatin1("<>"), List.of()), List.of()),
        HeaderBlock.of(List.of(HeaderField.ofRaw(Bytes.ofLatin1("A: b\r\n")))),
        Bytes.ofLatin1("\r\n"),
        body);
  }
}
