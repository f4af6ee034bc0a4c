package org.miltergate.milter.test.smtp;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ScriptedSmtpSinkTest {
  private ScriptedSmtpSink sink;
  private Socket client;

  @BeforeEach
  void connect() throws IOException {
    sink = ScriptedSmtpSink.start();
    client = new Socket(InetAddress.getByName("127.0.0.1"), sink.port());
  }

  @AfterEach
  void close() throws IOException {
    client.close();
    sink.close();
  }

  @Test
  void keepsTheExactBytesOfAMessage() throws Exception {
    send("EHLO a\r\nMAIL FROM:<s@a>\r\nRCPT TO:<r@b>\r\nDATA\r\n");
    send("..dot\r\n\nx\n.\nbare\r\n\351\r\n.\r\nQUIT\r\n");

    SinkMessage message = sink.awaitMessages(1).getFirst();

    assertThat(message.content().toString()).isEqualTo(".dot\r\n\nx\n.\nbare\r\n\351\r\n");
    assertThat(message.stuffed().toString()).isEqualTo("..dot\r\n\nx\n.\nbare\r\n\351\r\n");
    assertThat(message.mail()).isEqualTo("MAIL FROM:<s@a>");
    assertThat(message.recipients()).containsExactly("RCPT TO:<r@b>");
    assertThat(message.accepted()).isTrue();
    assertThat(readAll()).startsWith("220 sink.example").endsWith("221 2.0.0 Bye\r\n");
  }

  @Test
  void reactsAsTheScriptSays() throws Exception {
    sink.on(SinkEvent.RCPT, call -> call.number() == 2, Reaction.reply("550 5.1.1 no"));
    sink.on(SinkEvent.DATA, Reaction.raw("35").then(Reaction.close()));

    send("MAIL FROM:<>\r\nRCPT TO:<1>\r\nRCPT TO:<2>\r\nDATA\r\n");

    assertThat(readAll()).endsWith("250 2.1.5 Ok\r\n550 5.1.1 no\r\n35");
  }

  @Test
  void answersLmtpForEachRecipient() throws Exception {
    sink.on(SinkEvent.END_OF_DATA, call -> call.number() == 2, Reaction.reply("452 4.2.2 full"));

    send("LHLO a\r\nMAIL FROM:<>\r\nRCPT TO:<1>\r\nRCPT TO:<2>\r\nDATA\r\n.\r\nQUIT\r\n");

    assertThat(readAll())
        .endsWith("250 2.0.0 Ok: queued as SINK\r\n452 4.2.2 full\r\n221 2.0.0 Bye\r\n");
  }

  @Test
  void putsChunksTogether() throws Exception {
    send("MAIL FROM:<s@a>\r\nRCPT TO:<r@b>\r\nBDAT 4\r\na\r\n.BDAT 3 LAST\r\n\r\nbQUIT\r\n");

    assertThat(readAll())
        .endsWith("250 2.0.0 Ok: chunk\r\n250 2.0.0 Ok: queued as SINK\r\n221 2.0.0 Bye\r\n");
    assertThat(sink.messages().getFirst().content().toString()).isEqualTo("a\r\n.\r\nb");
  }

  @Test
  void knowsResponsesFromCommands() throws Exception {
    sink.on(SinkEvent.AUTH, Reaction.reply("334 VXNlcm5hbWU6"));

    send("AUTH LOGIN\r\nQUIT\r\nQUIT\r\n");

    assertThat(readAll())
        .endsWith("334 VXNlcm5hbWU6\r\n235 2.7.0 Authentication successful\r\n221 2.0.0 Bye\r\n");
  }

  @Test
  void listensOnUnixSocketsToo(@TempDir Path directory) throws Exception {
    Path path = directory.resolve("lmtp");
    try (ScriptedSmtpSink local = ScriptedSmtpSink.startUnix(path);
        SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(path))) {
      channel.write(ByteBuffer.wrap("QUIT\r\n".getBytes(StandardCharsets.ISO_8859_1)));

      byte[] said = Channels.newInputStream(channel).readAllBytes();

      assertThat(new String(said, StandardCharsets.ISO_8859_1))
          .isEqualTo("220 sink.example ESMTP\r\n221 2.0.0 Bye\r\n");
      assertThat(local.port()).isZero();
    }
  }

  @Test
  void tellsWhoClosedTheSession() throws Exception {
    client.close();

    List<SinkSession> sessions =
        sink.awaitSessions("end", all -> all.stream().anyMatch(SinkSession::ended));

    assertThat(sessions.getFirst().closedByClient()).isTrue();
  }

  private void send(String text) throws IOException {
    client.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  private String readAll() throws IOException {
    return new String(client.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
  }
}
