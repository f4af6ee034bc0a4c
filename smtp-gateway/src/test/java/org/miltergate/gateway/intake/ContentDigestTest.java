package org.miltergate.gateway.intake;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.miltergate.milter.body.BodyStore;
import org.miltergate.milter.bytes.Bytes;
import org.miltergate.milter.mail.MessageParser;

/** By what a retry is told from a new message that has the same bytes. */
class ContentDigestTest {
  private static final String WITH_ID = "Message-ID: <1@a>\r\n\r\nbody\r\n";

  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource({
    "Message-ID: <1@a>, true",
    "message-id:<1@a>, true",
    "Message-ID:, false",
    "'Message-ID: \t', false",
    "Received: from a by b; now, true",
    "Subject: disk is full, false",
    "'Date: Fri, 20 Nov 2026 10:15:30 +0000', false",
    "X-Message-ID: <1@a>, false",
    "Resent-Message-ID: <1@a>, false",
    "In-Reply-To: <1@a>, false"
  })
  void onlyAMessageThatDiffersFromAllOthersHasOne(String field, boolean has) throws Exception {
    assertThat(digest(field + "\r\n\r\nbody\r\n", "192.0.2.1", "mx", "a@b").isPresent())
        .isEqualTo(has);
  }

  @Test
  void sameMessageOfTheSameClientIsARetry() throws Exception {
    assertThat(digest(WITH_ID, "192.0.2.1", "mx", "a@b"))
        .isPresent()
        .isEqualTo(digest(WITH_ID, "192.0.2.1", "mx", "a@b"));
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "client, 192.0.2.2, mx, a@b, body",
    "HELO, 192.0.2.1, mx2, a@b, body",
    "sender, 192.0.2.1, mx, c@b, body",
    "null sender, 192.0.2.1, mx, '', body",
    "body, 192.0.2.1, mx, a@b, Body",
    "parts that run together, 192.0.2.1m, x, a@b, body"
  })
  void everythingElseIsAnotherMessage(
      String what, String client, String helo, String sender, String body) throws Exception {
    assertThat(digest(WITH_ID.replace("body", body), client, helo, sender))
        .as(what)
        .isPresent()
        .isNotEqualTo(digest(WITH_ID, "192.0.2.1", "mx", "a@b"));
  }

  private static Optional<Bytes> digest(String message, String client, String helo, String sender)
      throws Exception {
    BodyStore store = new BodyStore(Path.of(System.getProperty("java.io.tmpdir")), 1 << 20);
    try (MessageParser parser = new MessageParser(store, 1 << 20)) {
      byte[] bytes = Bytes.ofLatin1(message).toArray();
      parser.append(bytes, 0, bytes.length);
      List<Bytes> origin =
          List.of(Bytes.ofLatin1(client), Bytes.ofLatin1(helo), Bytes.ofLatin1(sender));
      return new ContentDigest(origin, parser.finish()).get();
    }
  }
}
