package org.miltergate.milter.chain;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.miltergate.milter.mail.Applied;
import org.miltergate.milter.mail.Body;
import org.miltergate.milter.mail.BodyStore;
import org.miltergate.milter.mail.MailMessage;
import org.miltergate.milter.mail.MemoryShare;

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

  ContentResult run(MailMessage original, MemoryShare memory) throws IOException {
    MailMessage message = original;
    List<QuarantineReason> reasons = new ArrayList<>();
    for (Link link : links) {
      if (link.isUsable()) {
        try (EditCollector edits = new EditCollector(link, bodies, memory, listener)) {
          Verdict verdict = new ContentFeeder(link).feed(message, edits);
          if (!verdict.passes()) {
            return new ContentResult(verdict, original, List.of());
          }
          message = applied(link, message, edits, reasons);
        }
      }
      link.holdsMail().ifPresent(reasons::add);
    }
    return new ContentResult(Verdict.PASS, message, reasons);
  }

  /** Applies what a milter changed, if it came to a verdict; a failed one changed nothing. */
  private MailMessage applied(
      Link link, MailMessage message, EditCollector edits, List<QuarantineReason> reasons)
      throws IOException {
    if (!link.isUsable() || edits.isEmpty()) {
      return message;
    }
    EditCollector.Collected collected = edits.finish();
    collected.body().ifPresent(madeBodies::add);
    reasons.addAll(collected.quarantine());
    Applied result = message.apply(collected.edits());
    result.ignored().forEach(text -> listener.warned(link.name(), text));
    listener.edited(link.name(), collected.edits());
    return result.message();
  }

  void dropBodies() {
    madeBodies.forEach(Body::close);
    madeBodies.clear();
  }
}
