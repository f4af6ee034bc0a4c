package org.miltergate.milter.server;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.miltergate.milter.bytes.Bytes;
import org.miltergate.milter.wire.ClientAddress;

/** Notes what it is told, and says what a test wants to each kind of event. */
final class NotingHandler implements MilterHandler {
  final List<String> told = Collections.synchronizedList(new ArrayList<>());
  final CountDownLatch closed = new CountDownLatch(1);
  private final Map<String, Says> answers = new HashMap<>();

  /** What is said, or thrown. */
  interface Says {
    Answer answer() throws Exception;
  }

  NotingHandler saying(String event, Says answer) {
    answers.put(event, answer);
    return this;
  }

  private Answer note(String event, String text) throws Exception {
    told.add(text.isEmpty() ? event : event + " " + text);
    return answers.getOrDefault(event, () -> Answer.CONTINUE).answer();
  }

  @Override
  public Answer connect(Bytes hostname, ClientAddress address) throws Exception {
    return note("connect", hostname.toString());
  }

  @Override
  public Answer helo(Bytes name) throws Exception {
    return note("helo", name.toString());
  }

  @Override
  public Answer mail(Bytes sender, List<Bytes> arguments) throws Exception {
    return note("mail", sender.toString());
  }

  @Override
  public Answer rcpt(Bytes recipient, List<Bytes> arguments) throws Exception {
    return note("rcpt", recipient.toString());
  }

  @Override
  public Answer data() throws Exception {
    return note("data", "");
  }

  @Override
  public Answer unknown(Bytes line) throws Exception {
    return note("unknown", line.toString());
  }

  @Override
  public Answer header(Bytes name, Bytes value) throws Exception {
    return note("header", name + "|" + value);
  }

  @Override
  public Answer endOfHeaders() throws Exception {
    return note("endOfHeaders", "");
  }

  @Override
  public Answer body(Bytes chunk) throws Exception {
    return note("body", chunk.toString());
  }

  @Override
  public Answer endOfMessage(EditSink edits) throws Exception {
    return note("endOfMessage", "");
  }

  @Override
  public void abort() throws Exception {
    note("abort", "");
  }

  @Override
  public void close() throws Exception {
    note("close", "");
    closed.countDown();
  }
}
