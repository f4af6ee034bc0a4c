package org.miltergate.milter.chain;

import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.miltergate.milter.body.Body;
import org.miltergate.milter.body.BodyStore;
import org.miltergate.milter.body.MemoryShare;
import org.miltergate.milter.bytes.Bytes;
import org.miltergate.milter.mail.CrlfNormalizer;
import org.miltergate.milter.mail.Edit;
import org.miltergate.milter.session.MilterException;
import org.miltergate.milter.session.MilterProtocolException;
import org.miltergate.milter.session.ModificationSink;
import org.miltergate.milter.wire.Actions;
import org.miltergate.milter.wire.Actions.Action;
import org.miltergate.milter.wire.ProtocolSteps.Step;
import org.miltergate.milter.wire.Reply;

/**
 * Keeps what one milter changes in one message until its verdict; nothing is half done if it fails
 * before.
 *
 * <p>Checks each modification against what was negotiated, and all of them against the limits.
 */
final class EditCollector implements ModificationSink, Closeable {

  /**
   * The edits that a milter asked for.
   *
   * @param edits in the order sent; a new body stands where its first piece stood
   * @param body the new body, if there is one
   * @param quarantine the reasons, if the message is to be held
   */
  record Collected(List<Edit> edits, Optional<Body> body, List<QuarantineReason> quarantine) {}

  /** A body that is being written, after conversion of its line ends to CRLF. */
  private record NewBody(BodyStore.Writer store, CrlfNormalizer lines) {}

  /** About what an edit takes beside its text. */
  private static final int EDIT_BYTES = 200;

  private final Link link;
  private final BodyStore bodies;
  private final MemoryShare memory;
  private final ChainListener listener;
  private final Actions agreed;
  private final EditTranslator translator;
  private final List<Edit> edits = new ArrayList<>();
  private final List<QuarantineReason> quarantine = new ArrayList<>();
  private final Set<Action> warnedOf = EnumSet.noneOf(Action.class);
  private @Nullable NewBody newBody;
  private int newBodyPlace;
  private int count;
  private long bytes;

  EditCollector(Link link, BodyStore bodies, MemoryShare memory, ChainListener listener) {
    this.link = link;
    this.bodies = bodies;
    this.memory = memory;
    this.listener = listener;
    this.agreed = link.session().negotiated().actions();
    boolean leadingSpace = link.session().negotiated().steps().has(Step.LEADING_SPACE);
    this.translator = new EditTranslator(leadingSpace, text -> listener.warned(link.name(), text));
  }

  boolean isEmpty() {
    return edits.isEmpty() && newBody == null && quarantine.isEmpty();
  }

  @Override
  public void take(Reply.Modification modification) throws IOException {
    requireWithinLimits(modification);
    if (!isWelcome(modification)) {
      return;
    }
    if (modification instanceof Reply.ReplaceBody(Bytes chunk)) {
      addToBody(chunk);
      return;
    }
    memory.take(EDIT_BYTES + translator.size(modification));
    if (modification instanceof Reply.Quarantine(Bytes reason)) {
      quarantine.add(new QuarantineReason(Source.said(link.name()), reason));
    }
    translator.edit(modification).ifPresent(edits::add);
  }

  private void requireWithinLimits(Reply.Modification modification) throws EditLimitException {
    count += modification instanceof Reply.ReplaceBody ? 0 : 1;
    if (count > link.client().maxEdits()) {
      throw new EditLimitException(
          String.format(
              Locale.ROOT,
              "asked for more than %d edits of one message (max-edits)",
              link.client().maxEdits()));
    }
    bytes += translator.size(modification);
    if (bytes > link.client().maxEditBytes()) {
      throw new EditLimitException(
          String.format(
              Locale.ROOT,
              "asked for edits of more than %d bytes of one message (max-edit-size)",
              link.client().maxEditBytes()));
    }
  }

  private void addToBody(Bytes chunk) throws IOException {
    NewBody body = newBody;
    if (body == null) {
      BodyStore.Writer store = bodies.writer(memory);
      body = new NewBody(store, new CrlfNormalizer(store));
      newBody = body;
      newBodyPlace = edits.size();
    }
    body.lines().write(chunk);
  }

  private boolean isWelcome(Reply.Modification modification) throws MilterException {
    Set<Action> enough = translator.actionsFor(modification);
    if (enough.stream().anyMatch(agreed::has)) {
      return true;
    }
    Action missing = enough.iterator().next();
    String text =
        "%s without having asked for %s"
            .formatted(modification.getClass().getSimpleName(), missing);
    return switch (link.client().unagreedEdits()) {
      case APPLY -> {
        warnOnce(missing, text + ": applied");
        yield true;
      }
      case IGNORE -> {
        warnOnce(missing, text + ": left out");
        yield false;
      }
      case FAIL -> throw new MilterProtocolException(text);
    };
  }

  private void warnOnce(Action missing, String text) {
    if (warnedOf.add(missing)) {
      listener.warned(link.name(), text);
    }
  }

  /** Returns all that was asked for; the body is the caller's from now on. */
  Collected finish() throws IOException {
    Optional<Body> body = Optional.empty();
    NewBody made = newBody;
    if (made != null) {
      made.lines().finish();
      body = Optional.of(made.store().finish());
      newBody = null;
      edits.add(newBodyPlace, new Edit.ReplaceBody(body.get()));
    }
    return new Collected(List.copyOf(edits), body, List.copyOf(quarantine));
  }

  /** Drops a body that was begun and is not wanted. */
  @Override
  public void close() {
    NewBody unwanted = newBody;
    if (unwanted != null) {
      unwanted.store().close();
    }
  }
}
