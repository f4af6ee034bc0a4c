package org.miltergate.gateway.smtp.command;

import java.io.IOException;
import java.util.Locale;
import java.util.Optional;
import org.miltergate.gateway.intake.MessageIntake;
import org.miltergate.gateway.smtp.content.Chunk;
import org.miltergate.gateway.smtp.content.ChunkReader;
import org.miltergate.gateway.smtp.content.Chunks;
import org.miltergate.gateway.smtp.content.ContentCollector;
import org.miltergate.gateway.smtp.content.ContentFault;
import org.miltergate.gateway.smtp.content.ContentSink;
import org.miltergate.gateway.smtp.io.ClientGoneException;
import org.miltergate.gateway.smtp.io.ClientInput;
import org.miltergate.gateway.smtp.io.ClientTimeoutException;
import org.miltergate.gateway.smtp.session.Answer;
import org.miltergate.gateway.smtp.session.SessionScope;
import org.miltergate.gateway.smtp.session.Transaction;
import org.miltergate.milter.bytes.Bytes;
import org.miltergate.milter.mail.SmtpReply;

/**
 * BDAT: a message in chunks, each announced with its count of bytes.
 *
 * <p>A chunk that is refused is read and discarded, so that no part of it can run as commands; and
 * if its length is unknown or unreasonable, the connection is closed. The client may have sent more
 * chunks before it gets the refusal: they are also discarded, up to the last one, or to RSET. Not
 * thread-safe; used by the session's thread.
 *
 * @see "RFC 3030; postfix src/smtpd/smtpd.c, bdat_cmd"
 */
final class BdatCommand {
  private final SessionScope scope;
  private final ClientInput input;
  private final MessageIntake intake;

  /** Bytes of all chunks of the current message, accepted or not. */
  private long announced;

  BdatCommand(SessionScope scope, ClientInput input, MessageIntake intake) {
    this.scope = scope;
    this.input = input;
    this.intake = intake;
  }

  /**
   * Answers BDAT, and reads what follows it.
   *
   * @throws ClientTimeoutException if the client is too slow
   * @throws ClientGoneException if the connection ends
   */
  Answer bdat(Bytes argument) throws IOException {
    if (OfferedExtensions.hides(scope, "CHUNKING")) {
      return Answer.of(521, "5.5.1 Error: command not implemented");
    }
    Optional<Chunk> parsed = Chunk.parse(argument);
    if (parsed.isEmpty()) {
      return Answer.of(521, "5.5.4 Syntax: BDAT count [LAST]");
    }
    Chunk chunk = parsed.get();
    Optional<Chunks> before = scope.state().chunks();
    announced = before.isEmpty() ? chunk.bytes() : announced + chunk.bytes();
    if (chunk.bytes() == 0 && !chunk.last()) {
      return throwAway(chunk, Answer.of(551, "5.7.1 Null BDAT request"));
    }
    if (before.isEmpty()) {
      return begin(chunk);
    }
    return switch (before.get()) {
      case Chunks.Taken taken -> take(taken, chunk);
      case Chunks.Refused refused -> {
        String text =
            String.format(
                Locale.ROOT, "5.0.0 Discarded %d bytes after earlier error", chunk.bytes());
        yield throwAway(chunk, Answer.of(551, text));
      }
    };
  }

  /** The first chunk of a message stands for DATA. */
  private Answer begin(Chunk chunk) throws IOException {
    Optional<Answer> refusal = intake.refusalOfEnvelope("BDAT");
    if (refusal.isPresent()) {
      return throwAway(chunk, refusal.get());
    }
    Transaction transaction = scope.state().transaction().orElseThrow();
    Optional<Answer> refused = intake.refusalOfMilters("BDAT", transaction);
    if (refused.isPresent()) {
      return throwAway(chunk, refused.get());
    }
    ContentCollector content = intake.collector();
    Chunks.Taken taken = new Chunks.Taken(content, reader(content), intake.pace());
    scope.state().chunks(taken);
    return take(taken, chunk);
  }

  private Answer take(Chunks.Taken taken, Chunk chunk) throws IOException {
    Transaction transaction = scope.state().transaction().orElseThrow();
    if (chunk.bytes() > scope.server().limits().maxMessageBytes() - taken.content().length()) {
      SmtpReply reply = SmtpReply.of(552, "5.3.4 Chunk exceeds message size limit");
      return throwAway(chunk, scope.reject("BDAT", reply, transaction.onlyRecipient()));
    }
    taken.reader().read(chunk.bytes(), taken.pace());
    if (chunk.last()) {
      taken.reader().finish();
      return intake.finish(transaction, taken.content());
    }
    Optional<ContentFault> fault = taken.content().fault();
    if (fault.isPresent()) {
      Answer answer = intake.refuse(transaction, fault.get());
      scope.state().chunks(new Chunks.Refused());
      return answer;
    }
    return Answer.of(250, String.format(Locale.ROOT, "2.0.0 Ok: %d bytes", chunk.bytes()));
  }

  /** Reads and discards the chunk, and refuses it and those that follow. */
  private Answer throwAway(Chunk chunk, Answer answer) throws IOException {
    long limit = scope.server().limits().maxMessageBytes();
    if (announced > limit + limit / 2) { // as Postfix: it will not read the reply
      scope.log().limitReached("too much BDAT content");
      return new Answer(answer.reply(), Answer.Next.CLOSE);
    }
    ChunkReader reader = reader(ContentSink.NOWHERE);
    reader.read(chunk.bytes(), intake.pace());
    if (chunk.last()) {
      scope.abortMessage();
    } else {
      scope.state().chunks(new Chunks.Refused());
    }
    return answer;
  }

  private ChunkReader reader(ContentSink content) {
    return new ChunkReader(input, scope.bareNewlines(), content);
  }
}
