package org.miltergate.milter.chain;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.miltergate.milter.body.Body;
import org.miltergate.milter.body.BodyStore;
import org.miltergate.milter.body.MemoryShare;
import org.miltergate.milter.mail.Applied;
import org.miltergate.milter.mail.MailMessage;
import org.miltergate.milter.session.MilterException;

/**
 * The stages from the first header field on: the message goes to one milter after another, each on
 * the result of the one before.
 *
 * <p>Keeps the bodies that milters sent until the message has been dealt with.
 */
final class ContentRound {
  private final List<Link> links;
  private final BodyStore bodies;
  private final ChainListener listener;
  private final List<Body> madeBodies = new ArrayList<>();

  ContentRound(List<Link> links, BodyStore bodies, ChainListener listener) {
    this.links = links;
    this.bodies = bodies;
    this.listener = listener;
  }

  /**
   * Passes the message only if {@link Link#conclude each milter} does. Whatever is thrown, by a
   * body, by the store of bodies or by a listener, is this side's failure and refuses the message.
   */
  ContentResult run(MailMessage original, MemoryShare memory) {
    Passage passage = new Passage(original, memory);
    for (Link link : links) {
      Verdict verdict = attempt(link, () -> pass(link, passage));
      if (!verdict.passes()) {
        return ContentResult.notPassed(verdict, original);
      }
    }
    for (Link link : links) {
      Verdict verdict = attempt(link, () -> tellUnheard(link, passage));
      if (!verdict.passes()) {
        return ContentResult.notPassed(verdict, original);
      }
    }
    return new ContentResult(Verdict.PASS, passage.message, passage.quarantine, passage.unheard);
  }

  /** The message on its way: what the milters so far have made of it. */
  private static final class Passage {
    private MailMessage message;
    private final List<QuarantineReason> quarantine = new ArrayList<>();
    private final List<String> unheard = new ArrayList<>();
    private final MemoryShare memory;

    Passage(MailMessage message, MemoryShare memory) {
      this.message = message;
      this.memory = memory;
    }
  }

  private interface Step {
    Verdict take() throws IOException;
  }

  private static Verdict attempt(Link link, Step step) {
    try {
      return step.take();
    } catch (Throwable e) {
      return link.fail(e);
    }
  }

  private Verdict pass(Link link, Passage passage) throws IOException {
    Verdict verdict = link.verdict();
    if (verdict.passes() && link.isUsable()) {
      try (EditCollector edits = new EditCollector(link, bodies, passage.memory, listener)) {
        verdict = new ContentFeeder(link).feed(passage.message, edits);
        if (verdict.passes()) {
          apply(edits, link, passage);
        }
      }
    }
    link.holdsMail().ifPresent(passage.quarantine::add);
    return verdict.or(link.conclude());
  }

  /** Applies what a milter changed, if it came to a verdict; a failed one changed nothing. */
  private void apply(EditCollector edits, Link link, Passage passage) throws IOException {
    if (!link.isUsable() || edits.isEmpty()) {
      return;
    }
    EditCollector.Collected collected = edits.finish();
    collected.body().ifPresent(madeBodies::add);
    passage.quarantine.addAll(collected.quarantine());
    Applied result = passage.message.apply(collected.edits());
    result.ignored().forEach(text -> listener.warned(link.name(), text));
    listener.edited(link.name(), collected.edits());
    passage.message = result.message();
  }

  private Verdict tellUnheard(Link link, Passage passage) {
    Optional<MilterException> failure = link.passedBy();
    if (failure.isPresent()) {
      passage.unheard.add(link.name());
      listener.passedUnheard(link.name(), failure.get());
    }
    return Verdict.PASS;
  }

  void dropBodies() {
    madeBodies.forEach(Body::close);
    madeBodies.clear();
  }
}
