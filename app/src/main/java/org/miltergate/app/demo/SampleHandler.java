package org.miltergate.app.demo;

import java.io.IOException;
import java.util.List;
import org.miltergate.milter.bytes.Bytes;
import org.miltergate.milter.server.Answer;
import org.miltergate.milter.server.EditSink;
import org.miltergate.milter.server.MilterContext;
import org.miltergate.milter.server.MilterHandler;

/** What the sample milter does on one connection; see {@link SampleMilter#rules}. */
final class SampleHandler implements MilterHandler {
  private static final Bytes SUBJECT = Bytes.ofLatin1("Subject");
  private static final Bytes MARK = Bytes.ofLatin1("[checked] ");
  private static final Bytes FOOTER =
      Bytes.ofLatin1("-- \r\nSeen by the sample milter of Miltergate.\r\n");

  /** A larger body is not changed: the sample keeps in memory what it replaces. */
  private static final int MAX_BODY_BYTES = 64 * 1024;

  private final MilterContext context;
  private Bytes subject = Bytes.EMPTY;
  private boolean isText = true;
  private Bytes body = Bytes.EMPTY;
  private long bodyBytes;

  SampleHandler(MilterContext context) {
    this.context = context;
  }

  @Override
  public Answer mail(Bytes sender, List<Bytes> arguments) {
    subject = Bytes.EMPTY;
    isText = true;
    body = Bytes.EMPTY;
    bodyBytes = 0;
    return Answer.CONTINUE;
  }

  @Override
  public Answer rcpt(Bytes recipient, List<Bytes> arguments) {
    return recipient.toString().startsWith("<nobody@")
        ? Answer.reply(550, "5.1.1 No such user here, says the sample milter")
        : Answer.CONTINUE;
  }

  @Override
  public Answer header(Bytes name, Bytes value) {
    if (name.equalsIgnoreAsciiCase(SUBJECT)) {
      subject = value;
    } else if (name.equalsIgnoreAsciiCase(Bytes.ofLatin1("Content-Type"))) {
      isText = value.toString().startsWith("text/plain");
    }
    return Answer.CONTINUE;
  }

  @Override
  public Answer body(Bytes chunk) {
    bodyBytes += chunk.length();
    if (bodyBytes <= MAX_BODY_BYTES) {
      body = body.concat(chunk);
    }
    return Answer.CONTINUE;
  }

  @Override
  public Answer endOfMessage(EditSink edits) throws IOException {
    String text = subject.toString();
    if (text.contains("[spam]")) {
      return Answer.reply(
          550, "5.7.1 This looks like spam,", "5.7.1 says the sample milter of Miltergate");
    }
    String queueId = context.macro("i").map(Bytes::toString).orElse("unknown");
    edits.addHeader(Bytes.ofLatin1("X-Sample-Milter"), Bytes.ofLatin1("queue id " + queueId));
    if (text.contains("[hold]")) {
      edits.addRecipient(Bytes.ofLatin1("<archive@example.org>"), List.of());
      edits.quarantine(Bytes.ofLatin1("the sender asked for it"));
      return Answer.CONTINUE;
    }
    edits.changeHeader(1, SUBJECT, MARK.concat(subject));
    if (isText && bodyBytes <= MAX_BODY_BYTES) {
      edits.replaceBody(body.concat(FOOTER));
    }
    return Answer.CONTINUE;
  }
}
