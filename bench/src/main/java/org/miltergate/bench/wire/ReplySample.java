package org.miltergate.bench.wire;

import java.util.List;
import java.util.function.Supplier;
import org.miltergate.bench.load.Mail;
import org.miltergate.milter.bytes.Bytes;
import org.miltergate.milter.wire.Actions;
import org.miltergate.milter.wire.Negotiation;
import org.miltergate.milter.wire.ProtocolSteps;
import org.miltergate.milter.wire.Reply;

/** Replies as filters give them; all verdicts without text take the way of "continue". */
public enum ReplySample {
  NEGOTIATE(() ->
      new Reply.Negotiate(new Negotiation(6, new Actions(0x1ff), new ProtocolSteps(0x1fffff)))),
  CONTINUE(Reply.Continue::new),
  ACCEPT(Reply.Accept::new),
  SKIP(Reply.Skip::new),
  PROGRESS(Reply.Progress::new),
  REPLY_CODE(() -> new Reply.ReplyCode(text("550 5.7.1 rejected by policy"))),
  ADD_RECIPIENT(() -> new Reply.AddRecipient(text("<carol@example.org>"))),
  DELETE_RECIPIENT(() -> new Reply.DeleteRecipient(text("<bob@example.org>"))),
  CHANGE_SENDER(() -> new Reply.ChangeSender(text("<alice@example.org>"), List.of())),
  ADD_HEADER(() -> new Reply.AddHeader(text("X-Seen"), text("yes"))),
  INSERT_HEADER(() -> new Reply.InsertHeader(1, text("X-Seen"), text("yes"))),
  CHANGE_HEADER(() -> new Reply.ChangeHeader(1, text("Subject"), text("[spam] hello"))),
  REPLACE_BODY_BY_4_KIB(() -> new Reply.ReplaceBody(Mail.chunk(1 << 12))),
  QUARANTINE(() -> new Reply.Quarantine(text("suspicious")));

  private final Supplier<Reply> maker;

  ReplySample(Supplier<Reply> maker) {
    this.maker = maker;
  }

  private static Bytes text(String text) {
    return Bytes.ofLatin1(text);
  }

  /** Returns a new record, whose texts are new too. */
  Reply make() {
    return maker.get();
  }
}
