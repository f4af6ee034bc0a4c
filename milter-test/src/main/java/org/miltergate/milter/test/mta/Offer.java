package org.miltergate.milter.test.mta;

import java.io.IOException;
import org.miltergate.milter.test.mta.MilterFaultException.Fault;
import org.miltergate.milter.wire.Command;
import org.miltergate.milter.wire.Negotiation;
import org.miltergate.milter.wire.PacketText;
import org.miltergate.milter.wire.ProtocolSteps;
import org.miltergate.milter.wire.Reply;
import org.miltergate.milter.wire.Strictness;

/** Negotiates: the offer, and what has to hold of the milter's answer. */
final class Offer {
  private static final int LOWEST = 2;
  private static final int VERSION_WITH_ALL_STEPS = 6;

  /** The steps that a version below 6 has. */
  private static final ProtocolSteps OLD_STEPS = new ProtocolSteps(0x37f);

  private Offer() {}

  /** Returns what is in force: the milter's wish without what was not offered. */
  static Negotiation negotiate(MilterLink link, MtaSettings settings) throws IOException {
    Negotiation offer = settings.offer();
    link.send(new Command.Negotiate(offer));
    Reply reply;
    try {
      reply = link.receive(settings.replyLimit());
    } catch (MilterFaultException e) {
      throw e.fault() == Fault.CLOSED ? refused(link, offer, e) : e;
    }
    if (!(reply instanceof Reply.Negotiate(Negotiation wish))) {
      String got = PacketText.write(reply);
      throw link.fault(Fault.WRONG_REPLY, "answered OPTNEG with " + got + ", wanted OPTNEG", null);
    }
    requireVersion(link, settings, wish);
    requireOffered(link, settings, wish);
    ProtocolSteps known =
        Integer.compareUnsigned(wish.version(), VERSION_WITH_ALL_STEPS) < 0
            ? OLD_STEPS
            : ProtocolSteps.ALL;
    ProtocolSteps steps =
        wish.steps().withoutDataSize().and(offer.steps().withoutDataSize()).and(known);
    boolean sizeOffered = offer.steps().dataSize() == wish.steps().dataSize();
    return new Negotiation(
        wish.version(),
        wish.actions(),
        sizeOffered ? steps.with(offer.steps().dataSize()) : steps,
        wish.macroLists());
  }

  private static MilterFaultException refused(
      MilterLink link, Negotiation offer, MilterFaultException cause) {
    return link.fault(
        Fault.REFUSED_OFFER,
        "closed the connection in place of an answer to the offer %s; it may need a higher version,"
                .formatted(PacketText.write(new Command.Negotiate(offer)))
            + " or actions and steps that were not offered",
        cause);
  }

  private static void requireVersion(MilterLink link, MtaSettings settings, Negotiation wish)
      throws IOException {
    int offered = settings.offer().version();
    boolean tooHigh = Integer.compareUnsigned(wish.version(), offered) > 0;
    boolean tooLow = Integer.compareUnsigned(wish.version(), LOWEST) < 0;
    boolean wrong =
        settings.strictness() == Strictness.STRICT
            ? tooHigh || tooLow
            : switch (settings.dialect()) {
              case POSTFIX -> tooHigh;
              case SENDMAIL -> wish.version() == 1;
              case MILTERGATE -> tooHigh || tooLow;
            };
    if (wrong) {
      throw link.fault(
          Fault.WRONG_VERSION,
          "chose version %s, wanted %s to %s, the one that was offered"
              .formatted(
                  Integer.toUnsignedString(wish.version()),
                  Integer.toString(LOWEST),
                  Integer.toUnsignedString(offered)),
          null);
    }
  }

  private static void requireOffered(MilterLink link, MtaSettings settings, Negotiation wish)
      throws IOException {
    Negotiation offer = settings.offer();
    if (!wish.actions().without(offer.actions()).isEmpty()) {
      throw link.fault(
          Fault.BEYOND_OFFER,
          "chose actions %s, which were not offered; the offer was %s"
              .formatted(wish.actions().without(offer.actions()), offer.actions()),
          null);
    }
    ProtocolSteps more = wish.steps().without(offer.steps());
    if (more.isEmpty()) {
      return;
    }
    if (settings.dialect() == Dialect.SENDMAIL) {
      throw link.fault(
          Fault.BEYOND_OFFER,
          "chose steps %s, which were not offered; the offer was %s".formatted(more, offer.steps()),
          null);
    }
    link.remark("steps " + more + " were not offered, and do not count");
  }
}
