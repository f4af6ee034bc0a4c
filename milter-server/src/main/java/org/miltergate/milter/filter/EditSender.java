package org.miltergate.milter.filter;

import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import org.miltergate.milter.bytes.Bytes;
import org.miltergate.milter.filter.FilterSession.LeadingSpace;
import org.miltergate.milter.filter.header.HeaderNumbering;
import org.miltergate.milter.filter.header.HeaderPlan;
import org.miltergate.milter.filter.header.MessageHeader;
import org.miltergate.milter.filter.header.RawField;
import org.miltergate.milter.filter.stream.ByteTransform;
import org.miltergate.milter.wire.Reply;
import org.miltergate.milter.wire.Reply.Modification;

/** Sends the edits of one message: envelope, header, body, quarantine. */
final class EditSender {
  private final FilterSettings settings;
  private final LeadingSpace leadingSpace;
  private final PacketSink out;

  EditSender(FilterSettings settings, LeadingSpace leadingSpace, PacketSink out) {
    this.settings = settings;
    this.leadingSpace = leadingSpace;
    this.out = out;
  }

  void send(MailTransaction transaction, Decision decision) throws IOException {
    Facts facts = transaction.facts();
    for (Modification packet : transaction.envelope().packets(facts.sender, facts.recipients)) {
      out.send(packet);
    }
    Optional<MessageHeader> header = transaction.editedHeader();
    if (header.isPresent()) {
      HeaderNumbering numbering =
          settings
              .numbering()
              .orElseGet(() -> HeaderNumbering.of(transaction.macro("v").orElse("")));
      for (Modification packet :
          HeaderPlan.of(header.get().original(), header.get().raw(), numbering)) {
        out.send(leadingSpace == LeadingSpace.KEPT ? packet : withoutLeadingSpace(packet));
      }
    }
    if (transaction.newBody().isPresent()) {
      try (InputStream body = ByteTransform.fitForSmtp(transaction.newBody().get())) {
        send(body);
      }
    }
    if (decision instanceof Decision.Quarantine(String reason)) {
      out.send(new Reply.Quarantine(Bytes.ofUtf8(reason)));
    }
  }

  /** An empty body is one empty packet. */
  private void send(InputStream body) throws IOException {
    byte[] chunk = new byte[out.maxBodyBytes()];
    boolean first = true;
    for (int count = body.readNBytes(chunk, 0, chunk.length);
        count > 0 || first;
        count = body.readNBytes(chunk, 0, chunk.length)) {
      out.send(new Reply.ReplaceBody(Bytes.copyOf(chunk, 0, count)));
      first = false;
    }
  }

  private static Modification withoutLeadingSpace(Modification packet) {
    return switch (packet) {
      case Reply.AddHeader(Bytes name, Bytes value) ->
          new Reply.AddHeader(name, new RawField(name, value).valueWithoutLeadingSpace());
      case Reply.InsertHeader(int index, Bytes name, Bytes value) ->
          new Reply.InsertHeader(index, name, new RawField(name, value).valueWithoutLeadingSpace());
      case Reply.ChangeHeader(int index, Bytes name, Bytes value) ->
          new Reply.ChangeHeader(index, name, new RawField(name, value).valueWithoutLeadingSpace());
      default -> packet;
    };
  }
}
