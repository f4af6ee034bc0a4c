package org.miltergate.milter.filter;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.miltergate.milter.bytes.Bytes;
import org.miltergate.milter.filter.FilterSession.LeadingSpace;
import org.miltergate.milter.filter.header.RawField;
import org.miltergate.milter.wire.Reply;

/** Plays a transaction that was built by hand to a filter, as an MTA would. */
final class Trial implements PacketSink {
  private static final int CHUNK_BYTES = 65535;

  private final FilterSettings settings;
  private final TransactionBuilder given;
  private final FilterSession session;
  private final List<Reply.Modification> packets = new ArrayList<>();
  private final ByteArrayOutputStream newBody = new ByteArrayOutputStream();
  private boolean bodyReplaced;

  /** An event of the session. */
  private interface Event {
    Decision tell() throws Exception;
  }

  Trial(FilterSettings settings, TransactionBuilder given) {
    this.settings = settings;
    this.given = given;
    this.session = new FilterSession(settings, given::macro, () -> {}, LeadingSpace.KEPT);
  }

  FilterResult run() throws Exception {
    try {
      Decision decision = play();
      return result(decision);
    } finally {
      session.endMessage();
    }
  }

  private Decision play() throws Exception {
    Client client = given.client();
    EnvelopeAddress sender = given.sender();
    List<Event> events =
        List.of(
            () -> session.connect(Bytes.ofUtf8(client.hostName()), client.address()),
            () -> session.helo(Bytes.ofUtf8(given.helo())),
            () -> session.mail(sender.path(), sender.arguments()),
            this::recipients,
            session::data,
            this::content,
            session::endOfHeaders);
    List<DecisionPoint> since =
        List.of(
            DecisionPoint.CONNECT,
            DecisionPoint.HELO,
            DecisionPoint.MAIL,
            DecisionPoint.RCPT,
            DecisionPoint.DATA,
            DecisionPoint.END_OF_HEADERS,
            DecisionPoint.END_OF_HEADERS);
    for (int i = 0; i < events.size(); i++) {
      if (settings.point().knows(since.get(i))) {
        Decision decision = events.get(i).tell();
        if (!(decision instanceof Decision.Continue)) {
          return decision;
        }
      }
    }
    if (settings.point() == DecisionPoint.END_OF_MESSAGE) {
      body();
    }
    return settings.point().knows(DecisionPoint.MAIL)
        ? session.endOfMessage(this)
        : Decision.CONTINUE;
  }

  /** Returns the last refusal if no recipient is left: an MTA would not go on. */
  private Decision recipients() throws Exception {
    Decision last = Decision.CONTINUE;
    int left = 0;
    for (EnvelopeAddress recipient : given.recipients()) {
      last = session.rcpt(recipient.path(), recipient.arguments());
      if (!last.isRefusal() && !(last instanceof Decision.Continue)) {
        return last;
      }
      left += last.isRefusal() ? 0 : 1;
    }
    return left == 0 ? last : Decision.CONTINUE;
  }

  private Decision content() {
    for (RawField field : given.fields()) {
      Decision decision = session.header(field.name(), field.value());
      if (!(decision instanceof Decision.Continue)) {
        return decision;
      }
    }
    return Decision.CONTINUE;
  }

  private void body() throws IOException {
    Bytes body = given.body();
    int start = 0;
    boolean more = true;
    while (more && start < body.length()) {
      int end = Math.min(body.length(), start + CHUNK_BYTES);
      more = session.body(body.slice(start, end));
      start = end;
    }
  }

  @Override
  public void send(Reply.Modification packet) {
    if (packet instanceof Reply.ReplaceBody(Bytes chunk)) {
      newBody.writeBytes(chunk.toArray());
      bodyReplaced = true;
    } else {
      packets.add(packet);
    }
  }

  @Override
  public int maxBodyBytes() {
    return CHUNK_BYTES;
  }

  private FilterResult result(Decision decision) {
    MailTransaction transaction = session.message();
    Facts facts = transaction.facts();
    boolean passes = !decision.isRefusal() && !(decision instanceof Decision.Discard);
    EnvelopeEdits edits = passes ? transaction.envelope() : new EnvelopeEdits();
    List<EnvelopeAddress> recipients =
        settings.point().knows(DecisionPoint.RCPT) ? facts.recipients : given.recipients();
    List<RawField> fields =
        passes && transaction.editedHeader().isPresent()
            ? transaction.editedHeader().get().raw()
            : given.fields();
    return new FilterResult(
        decision,
        facts.refused,
        packets,
        edits.sender(given.sender()),
        edits.recipients(recipients),
        fields,
        bodyReplaced ? Bytes.copyOf(newBody.toByteArray()) : given.body());
  }
}
