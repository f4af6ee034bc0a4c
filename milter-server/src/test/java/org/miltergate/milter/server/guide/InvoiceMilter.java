package org.miltergate.milter.server.guide;

// snippet
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.miltergate.milter.bytes.Bytes;
import org.miltergate.milter.server.Answer;
import org.miltergate.milter.server.EditSink;
import org.miltergate.milter.server.MilterContext;
import org.miltergate.milter.server.MilterEvent;
import org.miltergate.milter.server.MilterHandler;
import org.miltergate.milter.server.MilterServer;
import org.miltergate.milter.wire.Actions.Action;
import org.miltergate.net.Endpoint;

/** Refuses a closed address, holds invoices, and marks every message. */
public final class InvoiceMilter implements MilterHandler {
  private static final Bytes CLOSED = Bytes.ofLatin1("<closed@example.org>");

  private final MilterContext context;
  private boolean invoice;

  private InvoiceMilter(MilterContext context) {
    this.context = context;
  }

  @Override
  public Answer mail(Bytes sender, List<Bytes> arguments) {
    invoice = false; // one connection may carry several messages
    return Answer.CONTINUE;
  }

  @Override
  public Answer rcpt(Bytes recipient, List<Bytes> arguments) {
    return recipient.equals(CLOSED)
        ? Answer.reply(550, "5.1.1 This address is closed")
        : Answer.CONTINUE;
  }

  @Override
  public Answer header(Bytes name, Bytes value) {
    invoice |=
        name.toString().equalsIgnoreCase("Subject") && value.toUtf8String().contains("invoice");
    return Answer.CONTINUE;
  }

  @Override
  public Answer endOfMessage(EditSink edits) throws IOException {
    edits.addHeader(Bytes.ofLatin1("X-Seen-As"), context.macro("i").orElse(Bytes.EMPTY));
    if (invoice) {
      edits.quarantine(Bytes.ofLatin1("an invoice"));
    }
    return Answer.CONTINUE;
  }

  static MilterServer start(Endpoint address) throws IOException {
    return MilterServer.builder("invoices", InvoiceMilter::new)
        .listen(address)
        .actions(Action.ADD_HEADERS, Action.QUARANTINE)
        .events(MilterEvent.MAIL, MilterEvent.RCPT, MilterEvent.HEADER)
        .unanswered(MilterEvent.HEADER)
        .start();
  }

  public static void main(String[] args) throws Exception {
    MilterServer server = start(Endpoint.parse(args[0])); // inet:127.0.0.1:8895
    Runtime.getRuntime().addShutdownHook(new Thread(() -> server.stop(Duration.ofSeconds(30))));
    server.await();
  }
}
