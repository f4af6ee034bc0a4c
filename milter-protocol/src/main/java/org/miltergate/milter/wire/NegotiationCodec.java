package org.miltergate.milter.wire;

import java.util.ArrayList;
import java.util.List;
import org.miltergate.milter.bytes.Bytes;

/**
 * Encodes and decodes the payload of {@code SMFIC_OPTNEG}, which has macro lists only from the
 * milter.
 */
final class NegotiationCodec {
  private NegotiationCodec() {}

  static Negotiation readOffer(PayloadReader in) throws MalformedPacketException {
    return new Negotiation(
        in.uint32("version"),
        new Actions(in.uint32("actions")),
        new ProtocolSteps(in.uint32("protocol steps")));
  }

  static Negotiation readWish(PayloadReader in) throws MalformedPacketException {
    Negotiation wish = readOffer(in);
    if (!in.hasMore()) {
      return wish;
    }
    List<MacroList> lists = new ArrayList<>();
    while (in.hasMore()) {
      int stage = in.uint32("macro list stage");
      Bytes text = in.text("macro list");
      if (lists.size() < Negotiation.MAX_MACRO_LISTS) {
        lists.add(new MacroList(stage, text));
      }
    }
    return new Negotiation(wish.version(), wish.actions(), wish.steps(), lists);
  }

  static void write(Negotiation negotiation, PacketBuffer out) {
    out.uint32(negotiation.version());
    out.uint32(negotiation.actions().bits());
    out.uint32(negotiation.steps().bits());
    for (MacroList list : negotiation.macroLists()) {
      out.uint32(list.stage());
      out.text(list.text());
    }
  }
}
