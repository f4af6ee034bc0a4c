package org.miltergate.milter.test.mta;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.miltergate.milter.bytes.Bytes;
import org.miltergate.milter.test.mta.MilterFaultException.Fault;
import org.miltergate.milter.wire.Actions.Action;
import org.miltergate.milter.wire.Negotiation;
import org.miltergate.milter.wire.PacketText;
import org.miltergate.milter.wire.ProtocolSteps.Step;
import org.miltergate.milter.wire.Reply;
import org.miltergate.milter.wire.Strictness;
import org.miltergate.net.Deadline;

/** Reads what a milter answers to one command, and refuses what has no place there. */
final class AnswerReader {
  private static final int MOST_EDITS = 100_000;
  private static final long MOST_EDIT_BYTES = 256L << 20;

  private final MilterLink link;
  private final MtaSettings settings;
  private final Negotiation agreed;

  AnswerReader(MilterLink link, MtaSettings settings, Negotiation agreed) {
    this.link = link;
    this.settings = settings;
    this.agreed = agreed;
  }

  /** Refuses what has come although nothing was asked; does not wait. */
  void refuseUndue() throws IOException {
    Optional<Reply> undue = link.receiveNow();
    while (undue.isPresent()) {
      if (isStrict() || !(undue.get() instanceof Reply.Continue)) {
        throw link.fault(
            Fault.UNDUE_REPLY,
            "sent " + word(undue.get()) + " although no reply was due, wanted nothing",
            null);
      }
      link.remark("dropped, as Postfix does");
      undue = link.receiveNow();
    }
  }

  /**
   * Reads up to the verdict.
   *
   * @param path the address of MAIL or RCPT, for the text of a refusal
   */
  StageAnswer read(Stage stage, Bytes path) throws IOException {
    long began = System.nanoTime();
    Deadline whole = Deadline.in(settings.messageLimit());
    List<Reply.Modification> edits = new ArrayList<>();
    long bytes = 0;
    int progress = 0;
    while (true) {
      Reply reply = link.receive(whole.within(settings.replyLimit()));
      switch (reply) {
        case Reply.Progress p -> {
          requireProgress(stage);
          progress++;
        }
        case Reply.Negotiate n -> throw wrong(stage, reply, "a verdict");
        case Reply.Modification edit -> {
          requireEdit(stage, edit);
          edits.add(edit);
          bytes += size(edit);
          requireFew(edits.size(), bytes);
        }
        case Reply.Verdict verdict -> {
          requireVerdict(stage, verdict);
          return new StageAnswer(
              stage,
              StageAnswer.Handling.ANSWERED,
              verdict,
              edits,
              progress,
              settings.dialect().smtpReply(stage, verdict, path),
              Duration.ofNanos(System.nanoTime() - began));
        }
      }
    }
  }

  private boolean isStrict() {
    return settings.strictness() == Strictness.STRICT;
  }

  private void requireProgress(Stage stage) throws IOException {
    if (isStrict() && !settings.dialect().takesProgress(stage)) {
      throw wrong(stage, new Reply.Progress(), "a verdict; Sendmail takes PROGRESS only at EOM");
    }
  }

  private void requireEdit(Stage stage, Reply.Modification edit) throws IOException {
    if (stage != Stage.EOM) {
      boolean postfixTakesIt =
          edit instanceof Reply.Quarantine && settings.dialect() == Dialect.POSTFIX;
      if (isStrict() || !postfixTakesIt) {
        throw wrong(stage, edit, "a verdict; edits are made only at EOM");
      }
    }
    Set<Action> actions = actions(edit);
    if (isStrict() && actions.stream().noneMatch(agreed.actions()::has)) {
      throw link.fault(
          Fault.EDIT_NOT_NEGOTIATED,
          "sent %s, for which %s has to be negotiated; agreed were actions %s"
              .formatted(word(edit), actions.iterator().next(), agreed.actions()),
          null);
    }
  }

  /** Returns the actions of which one has to be agreed on, the usual one first. */
  private static Set<Action> actions(Reply.Modification edit) {
    return switch (edit) {
      case Reply.AddHeader m -> EnumSet.of(Action.ADD_HEADERS);
      case Reply.InsertHeader m -> EnumSet.of(Action.ADD_HEADERS, Action.CHANGE_HEADERS);
      case Reply.ChangeHeader m -> EnumSet.of(Action.CHANGE_HEADERS);
      case Reply.ReplaceBody m -> EnumSet.of(Action.CHANGE_BODY);
      case Reply.AddRecipient m -> EnumSet.of(Action.ADD_RECIPIENTS);
      case Reply.AddRecipientWithArguments m -> EnumSet.of(Action.ADD_RECIPIENTS_WITH_ARGUMENTS);
      case Reply.DeleteRecipient m -> EnumSet.of(Action.DELETE_RECIPIENTS);
      case Reply.ChangeSender m -> EnumSet.of(Action.CHANGE_SENDER);
      case Reply.Quarantine m -> EnumSet.of(Action.QUARANTINE);
    };
  }

  private static long size(Reply.Modification edit) {
    return switch (edit) {
      case Reply.AddHeader(Bytes name, Bytes value) -> (long) name.length() + value.length();
      case Reply.InsertHeader(int i, Bytes name, Bytes value) ->
          (long) name.length() + value.length();
      case Reply.ChangeHeader(int i, Bytes name, Bytes value) ->
          (long) name.length() + value.length();
      case Reply.ReplaceBody(Bytes chunk) -> chunk.length();
      case Reply.AddRecipient(Bytes path) -> path.length();
      case Reply.AddRecipientWithArguments(Bytes path, List<Bytes> arguments) ->
          (long) path.length() + arguments.stream().mapToInt(Bytes::length).sum();
      case Reply.DeleteRecipient(Bytes path) -> path.length();
      case Reply.ChangeSender(Bytes path, List<Bytes> arguments) ->
          (long) path.length() + arguments.stream().mapToInt(Bytes::length).sum();
      case Reply.Quarantine(Bytes reason) -> reason.length();
    };
  }

  private void requireFew(int edits, long bytes) throws IOException {
    if (edits > MOST_EDITS || bytes > MOST_EDIT_BYTES) {
      throw link.fault(
          Fault.TOO_MUCH,
          String.format(
              Locale.ROOT,
              "sent %d edits of %d bytes, the limits are %d edits and %d bytes",
              edits,
              bytes,
              MOST_EDITS,
              MOST_EDIT_BYTES),
          null);
    }
  }

  private void requireVerdict(Stage stage, Reply.Verdict reply) throws IOException {
    switch (reply) {
      case Reply.ConnectionFailure r -> throw wrong(stage, reply, "a verdict that MTAs know");
      case Reply.Discard r -> {
        if (isStrict() && stage.compareTo(Stage.MAIL) < 0) {
          throw wrong(stage, reply, "another verdict; there is no message to discard yet");
        }
      }
      case Reply.Skip r -> {
        if (isStrict() && !agreed.steps().has(Step.SKIP)) {
          throw wrong(stage, reply, "another verdict; SKIP was not negotiated");
        }
        if (isStrict() && stage == Stage.EOM) {
          throw wrong(stage, reply, "a final verdict");
        }
      }
      case Reply.Shutdown r -> {
        if (settings.dialect() == Dialect.SENDMAIL) {
          throw wrong(stage, reply, "another verdict; Sendmail does not know SHUTDOWN");
        }
      }
      case Reply.Continue r -> {}
      case Reply.Accept r -> {}
      case Reply.Reject r -> {}
      case Reply.TempFail r -> {}
      case Reply.ReplyCode r -> {}
    }
  }

  private MilterFaultException wrong(Stage stage, Reply reply, String wanted) {
    return link.fault(
        Fault.WRONG_REPLY,
        "answered %s with %s, wanted %s".formatted(stage, word(reply), wanted),
        null);
  }

  private static String word(Reply reply) {
    String text = PacketText.write(reply);
    int blank = text.indexOf(' ');
    return blank < 0 ? text : text.substring(0, blank);
  }
}
