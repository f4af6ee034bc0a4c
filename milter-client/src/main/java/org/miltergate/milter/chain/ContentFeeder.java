package org.miltergate.milter.chain;

import java.io.IOException;
import org.miltergate.milter.body.Body;
import org.miltergate.milter.bytes.Bytes;
import org.miltergate.milter.mail.HeaderField;
import org.miltergate.milter.mail.MailMessage;
import org.miltergate.milter.session.MilterSession;
import org.miltergate.milter.session.ModificationSink;
import org.miltergate.milter.session.Stage;
import org.miltergate.milter.wire.Command;
import org.miltergate.milter.wire.ProtocolSteps.Step;

/** Puts one message to one milter: header fields, end of headers, body, end of message. */
final class ContentFeeder {
  /**
   * So many answers may be outstanding: they have to fit in the milter's socket buffer, or it would
   * wait for us to read while we wait for it.
   */
  private static final int MAX_AWAITED = 64;

  /**
   * So many bytes may be unanswered, and one packet more: they fit in the milter's other buffer. A
   * write that waited for several answers would be taken for a milter that has stopped.
   */
  private static final int MAX_UNDER_WAY = 32 * 1024;

  private final Link link;
  private final MilterSession session;
  private final boolean leadingSpace;
  private final int maxPayloadBytes;
  private int underWay;

  ContentFeeder(Link link) {
    this.link = link;
    this.session = link.session();
    this.leadingSpace = session.negotiated().steps().has(Step.LEADING_SPACE);
    this.maxPayloadBytes = session.negotiated().dataSize().maxPayloadBytes();
  }

  /**
   * Returns the first verdict that does not pass, else pass when the milter needs no more.
   *
   * @param edits takes what the milter changes at the end
   * @throws IOException if the body cannot be read
   */
  Verdict feed(MailMessage message, ModificationSink edits) throws IOException {
    Verdict verdict = header(message);
    if (verdict.passes() && link.isUsable()) {
      verdict = body(message.body());
    }
    if (!verdict.passes() || !link.isUsable()) {
      return verdict;
    }
    link.send(new Command.EndOfMessage());
    verdict = receiveAllBut(1);
    return verdict.passes() && link.isUsable() ? link.receive(edits) : verdict;
  }

  private Verdict header(MailMessage message) {
    for (HeaderField field : message.visibleFields()) {
      if (!session.wants(Stage.HEADER)) {
        break;
      }
      Verdict verdict = tell(command(field));
      if (!verdict.passes() || !link.isUsable()) {
        return verdict;
      }
    }
    return tell(new Command.EndOfHeaders());
  }

  private Verdict body(Body body) throws IOException {
    Verdict verdict = Verdict.PASS;
    long offset = 0;
    while (offset < body.length() && verdict.passes() && session.wants(Stage.BODY)) {
      Bytes chunk = body.chunk(offset, maxPayloadBytes);
      offset += chunk.length();
      verdict = tell(new Command.Body(chunk));
    }
    return verdict;
  }

  private Verdict tell(Command command) {
    if (!link.client().pipeline()) {
      link.send(command);
      return link.receive();
    }
    Verdict before = makeRoom(command);
    if (!before.passes() || !link.isUsable()) {
      return before;
    }
    link.send(command);
    return link.verdict();
  }

  /** Takes answers until the packet fits in what may be under way. */
  private Verdict makeRoom(Command command) {
    underWay += size(command);
    if (underWay <= MAX_UNDER_WAY && session.awaitedReplies() < MAX_AWAITED) {
      return link.verdict();
    }
    underWay = size(command);
    return receiveAllBut(1);
  }

  private static int size(Command command) {
    return switch (command) {
      case Command.Header(Bytes name, Bytes value) -> name.length() + value.length();
      case Command.Body(Bytes chunk) -> chunk.length();
      default -> 0;
    };
  }

  /** Returns the first verdict that does not pass. */
  private Verdict receiveAllBut(int left) {
    Verdict verdict = link.verdict();
    while (verdict.passes() && link.isUsable() && session.awaitedReplies() > left) {
      verdict = link.receive();
    }
    return verdict;
  }

  /** A field fits in every packet that a milter may have agreed on. */
  private Command command(HeaderField field) {
    return new Command.Header(
        field.name(), leadingSpace ? field.milterValueWithLeadingSpace() : field.milterValue());
  }
}
