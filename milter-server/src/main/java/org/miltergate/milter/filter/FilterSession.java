package org.miltergate.milter.filter;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.miltergate.milter.body.Body;
import org.miltergate.milter.body.BodyStore;
import org.miltergate.milter.bytes.Bytes;
import org.miltergate.milter.filter.SizeLimit.Excess;
import org.miltergate.milter.filter.header.RawField;
import org.miltergate.milter.wire.ClientAddress;

/**
 * One client's events: collects the facts of each message and asks the filter when its time has
 * come.
 *
 * <p>Knows nothing of packets except edits. Not thread-safe; use from one thread at a time.
 */
final class FilterSession {
  private static final Decision TOO_LARGE =
      Decision.reply(552, "5.3.4 Message is larger than this filter allows");
  private static final Decision TOO_MANY = Decision.reply(452, "4.5.3 Too many recipients");

  /** Of all recipients of a message with their arguments. */
  private static final int MAX_RECIPIENT_BYTES = 16 << 20;

  private static final Bytes BLANK = Bytes.ofLatin1(" ");

  /** Whether header values come with the blank after the colon. */
  enum LeadingSpace {
    KEPT,
    REMOVED
  }

  private final FilterSettings settings;
  private final Function<String, Optional<Bytes>> macros;
  private final Runnable progress;
  private final LeadingSpace leadingSpace;
  private @Nullable Client client;
  private @Nullable String helo;
  private Facts facts;
  private @Nullable MailTransaction transaction;
  private long recipientBytes;
  private long headerBytes;
  private BodyStore.@Nullable Writer body;

  /** What is already decided on the message and waits for its end. */
  private @Nullable Decision decided;

  FilterSession(
      FilterSettings settings,
      Function<String, Optional<Bytes>> macros,
      Runnable progress,
      LeadingSpace leadingSpace) {
    this.settings = settings;
    this.macros = macros;
    this.progress = progress;
    this.leadingSpace = leadingSpace;
    this.facts = newFacts();
  }

  private Facts newFacts() {
    Facts fresh = new Facts(macros, progress);
    fresh.client = client;
    fresh.helo = helo;
    return fresh;
  }

  Decision connect(Bytes hostName, ClientAddress address) throws Exception {
    client = new Client(hostName.toUtf8String(), address);
    return onClient(DecisionPoint.CONNECT);
  }

  Decision helo(Bytes name) throws Exception {
    helo = name.toUtf8String();
    return onClient(DecisionPoint.HELO);
  }

  private Decision onClient(DecisionPoint now) throws Exception {
    endMessage();
    if (settings.point() != now) {
      return Decision.CONTINUE;
    }
    Decision decision = decide(new MailTransaction(now, facts));
    if (decision instanceof Decision.Quarantine || decision instanceof Decision.Discard) {
      throw new IllegalStateException(decision + " was decided at " + now + ", without a message");
    }
    return decision;
  }

  Decision mail(Bytes sender, List<Bytes> arguments) throws Exception {
    endMessage();
    facts.sender = new EnvelopeAddress(sender, arguments);
    return onMessage(DecisionPoint.MAIL);
  }

  Decision rcpt(Bytes path, List<Bytes> arguments) throws Exception {
    EnvelopeAddress recipient = new EnvelopeAddress(path, arguments);
    recipientBytes += path.length();
    for (Bytes argument : arguments) {
      recipientBytes += argument.length();
    }
    if (recipientBytes > MAX_RECIPIENT_BYTES) {
      return TOO_MANY;
    }
    Decision decision = check(recipient);
    facts.recipients.add(recipient);
    if (decision instanceof Decision.Continue) {
      decision = onMessage(DecisionPoint.RCPT);
    }
    if (decision.isRefusal()) {
      facts.recipients.removeLast();
      facts.refused.put(recipient, decision);
    }
    return decision;
  }

  private Decision check(EnvelopeAddress recipient) throws Exception {
    if (decided != null || settings.recipientCheck().isEmpty()) {
      return Decision.CONTINUE;
    }
    Decision decision = required(settings.recipientCheck().get().check(message(), recipient));
    if (decision instanceof Decision.Quarantine) {
      throw new IllegalStateException("a recipient cannot be quarantined, only a message");
    }
    return decision;
  }

  Decision data() throws Exception {
    return onMessage(DecisionPoint.DATA);
  }

  Decision header(Bytes name, Bytes value) {
    headerBytes += name.length() + value.length() + ":\r\n".length();
    if (headerBytes > settings.headerLimit().bytes()) {
      facts.headerTruncated = true;
      return excess(settings.headerLimit());
    }
    Bytes whole = leadingSpace == LeadingSpace.KEPT ? value : BLANK.concat(value);
    facts.fields.add(new RawField(name, whole));
    return Decision.CONTINUE;
  }

  Decision endOfHeaders() throws Exception {
    return onMessage(DecisionPoint.END_OF_HEADERS);
  }

  /** Takes a piece of the body; returns whether more is wanted. */
  boolean body(Bytes chunk) throws IOException {
    if (facts.bodyTruncated || decided != null) {
      return false;
    }
    BodyStore.Writer writer = body;
    if (writer == null) {
      writer = settings.bodyStore().writer();
      body = writer;
    }
    long room = settings.bodyLimit().bytes() - writer.length();
    if (chunk.length() <= room) {
      writer.write(chunk);
      return true;
    }
    writer.write(chunk.slice(0, (int) room));
    facts.bodyTruncated = true;
    excess(settings.bodyLimit());
    return false;
  }

  /**
   * Decides, and sends the edits if the message passes.
   *
   * @return the decision, to be sent after them
   */
  Decision endOfMessage(PacketSink out) throws Exception {
    BodyStore.Writer writer = body;
    if (writer != null) {
      facts.body = writer.finish();
      body = null;
    }
    Decision decision = onMessage(DecisionPoint.END_OF_MESSAGE);
    if (decision instanceof Decision.Continue && decided != null) {
      decision = decided;
    }
    if (!decision.isRefusal() && !(decision instanceof Decision.Discard)) {
      new EditSender(settings, leadingSpace, out).send(message(), decision);
    }
    return decision;
  }

  /** Forgets the message, which has ended in whatever way; frees its body. */
  void endMessage() {
    BodyStore.Writer writer = body;
    if (writer != null) {
      writer.close();
      body = null;
    }
    facts.body.close();
    facts.body = Body.EMPTY;
    MailTransaction ended = transaction;
    if (ended != null) {
      ended.closeNewBody();
    }
    transaction = null;
    decided = null;
    recipientBytes = 0;
    headerBytes = 0;
    facts = newFacts();
  }

  /** Returns the transaction of the present message. */
  MailTransaction message() {
    MailTransaction open = transaction;
    if (open == null) {
      open = new MailTransaction(settings.point(), facts);
      transaction = open;
    }
    return open;
  }

  /** Asks the filter if this is its time and nothing is decided yet. */
  private Decision onMessage(DecisionPoint now) throws Exception {
    Decision before = decided;
    if (before != null) {
      return before.isRefusal() ? before : Decision.CONTINUE;
    }
    if (settings.point() != now) {
      return Decision.CONTINUE;
    }
    Decision decision = decide(message());
    return now == DecisionPoint.END_OF_MESSAGE ? decision : keepForTheEnd(decision);
  }

  /** What lets the message pass waits for its end if there is something to be sent with it. */
  private Decision keepForTheEnd(Decision decision) {
    boolean waits =
        decision instanceof Decision.Quarantine
            || (decision instanceof Decision.Accept && message().hasEdits());
    if (!waits) {
      return decision;
    }
    decided = decision;
    return Decision.CONTINUE;
  }

  private Decision excess(SizeLimit limit) {
    if (limit.excess() == Excess.TRUNCATE || decided != null) {
      return Decision.CONTINUE;
    }
    Decision decision = limit.excess() == Excess.REJECT ? TOO_LARGE : Decision.ACCEPT;
    decided = decision;
    return decision;
  }

  private Decision decide(MailTransaction asked) throws Exception {
    return required(settings.filter().decide(asked));
  }

  private static Decision required(@Nullable Decision decision) {
    if (decision == null) {
      throw new NullPointerException("the filter returned null, must return a Decision");
    }
    return decision;
  }
}
