package org.miltergate.milter.chain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.miltergate.milter.chain.FrontDoor.MESSAGE;
import static org.miltergate.milter.chain.FrontDoor.begin;
import static org.miltergate.milter.chain.FrontDoor.message;
import static org.miltergate.milter.chain.FrontDoor.open;
import static org.miltergate.milter.chain.FrontDoor.stream;
import static org.miltergate.milter.chain.FrontDoor.text;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.miltergate.milter.body.BodyStore;
import org.miltergate.milter.body.MemoryBudget;
import org.miltergate.milter.mail.SmtpReply;
import org.miltergate.milter.test.ScriptedMilter;
import org.miltergate.milter.wire.Command;

/** What becomes of content that comes in pieces, is too large, cannot be kept, or breaks off. */
class ChainSessionContentTest {
  @TempDir Path directory;

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 1000})
  void contentMayComeInPiecesCutAnywhere(int size) throws Exception {
    byte[] bytes = MESSAGE.getBytes(StandardCharsets.US_ASCII);
    try (ScriptedMilter milter = ScriptedMilter.builder().start();
        ChainSession session = open(milter)) {
      begin(session);
      for (int at = 0; at < bytes.length; at += size) {
        session.append(bytes, at, Math.min(size, bytes.length - at));
      }

      assertThat(text(session.finish(), "")).isEqualTo(MESSAGE);
      assertThat(milter.connection().commands(Command.Header.class)).hasSize(2);
    }
  }

  @Test
  void headerAboveTheLimitIsRefusedForGoodAndTheNextMessagePasses() throws Exception {
    try (ScriptedMilter milter = ScriptedMilter.builder().start();
        ChainSession session =
            FrontDoor.builder(milter).maxHeader(100, 10_000).build().open("mx.test")) {
      begin(session);
      ContentResult refused =
          session.content(stream("Subject: " + "x".repeat(200) + "\r\n\r\nbody\r\n"));
      ContentResult next = message(session, "a@x.test", "b@y.test");

      assertThat(refused.verdict())
          .isEqualTo(
              new Verdict.Refuse(
                  SmtpReply.of(552, "5.3.4 Error: message header too big"),
                  new Source("", Source.Cause.LIMIT)));
      assertThat(next.isDeliverable()).isTrue();
      assertThat(milter.connection().commands(Command.Abort.class)).isNotEmpty();
    }
  }

  @Test
  void messageIsRefusedForNowWhenItsBodyCannotBeStored() throws Exception {
    Path missing = directory.resolve("missing");
    try (ScriptedMilter milter = ScriptedMilter.builder().start();
        ChainSession session =
            MilterChain.builder(new BodyStore(missing, 10))
                .add(milter.address().toString())
                .build()
                .open("mx.test")) {
      begin(session);
      ContentResult result = session.content(stream("\r\n" + "x".repeat(1000)));

      assertThat(result.verdict())
          .isEqualTo(
              new Verdict.Refuse(
                  SmtpReply.of(452, "4.3.1 Insufficient system storage"),
                  new Source("", Source.Cause.LOCAL_FAILURE)));
    }
  }

  @Test
  void memoryOfAllMessagesIsLimitedAndGivenBack() throws Exception {
    MemoryBudget budget = MemoryBudget.ofBytes(1000);
    try (ScriptedMilter milter = ScriptedMilter.builder().start();
        ChainSession session = FrontDoor.builder(milter).memory(budget).build().open("mx.test")) {
      begin(session);
      ContentResult result =
          session.content(stream("A: " + "x".repeat(60_000) + "\r\n\r\nbody\r\n"));

      assertThat(result.verdict()).isInstanceOf(Verdict.Refuse.class);
      assertThat(message(session, "a@x.test", "b@y.test").isDeliverable()).isTrue();
      session.abort();
      assertThat(budget.usedBytes()).isZero();
    }
  }

  @Test
  void lostClientLeavesNoFileAndEndsTheMessageForTheMilters() throws Exception {
    InputStream broken =
        new InputStream() {
          private int left = 2000;

          @Override
          public int read() throws IOException {
            if (left == 0) {
              throw new IOException("the client is gone");
            }
            left--;
            return left % 50 == 0 ? '\n' : 'x';
          }

          @Override
          public int read(byte[] target, int offset, int length) throws IOException {
            target[offset] = (byte) read();
            return 1;
          }
        };
    try (ScriptedMilter milter = ScriptedMilter.builder().start();
        ChainSession session =
            MilterChain.builder(new BodyStore(directory, 10))
                .add(milter.address().toString())
                .build()
                .open("mx.test")) {
      begin(session);
      assertThatThrownBy(() -> session.content(broken)).hasMessage("the client is gone");
      session.mail("a@x.test");

      assertThat(milter.connection().commands(Command.Abort.class)).hasSize(1);
      assertThat(milter.connection().commands(Command.EndOfMessage.class)).isEmpty();
    }
    try (Stream<Path> left = Files.list(directory)) {
      assertThat(left).isEmpty();
    }
  }
}
