package org.miltergate.app.demo;

import java.io.Closeable;
import java.io.IOException;
import java.util.List;
import org.miltergate.milter.server.MilterServer;
import org.miltergate.milter.wire.Actions.Action;
import org.miltergate.net.Endpoint;

/**
 * A milter to try the gateway with; it shows every kind of reply.
 *
 * <p>Listens on a free port of the loopback interface. Thread-safe.
 */
public final class SampleMilter implements Closeable {
  private final MilterServer server;

  private SampleMilter(MilterServer server) {
    this.server = server;
  }

  /**
   * Starts to listen.
   *
   * @throws IOException if there is no free port
   */
  public static SampleMilter start() throws IOException {
    MilterServer server =
        MilterServer.builder("sample", context -> new SampleHandler(context))
            .actions(
                Action.ADD_HEADERS,
                Action.CHANGE_HEADERS,
                Action.CHANGE_BODY,
                Action.ADD_RECIPIENTS,
                Action.QUARANTINE)
            .start();
    return new SampleMilter(server);
  }

  public Endpoint address() {
    return server.address();
  }

  /** Returns a sentence for each thing that it does. */
  public static List<String> rules() {
    return List.of(
        "every message gets a field X-Sample-Milter, and a text body a footer;",
        "a Subject with [spam] is refused, one with [hold] goes to quarantine, others get"
            + " [checked];",
        "the recipient nobody@... is refused, and archive@... gets a copy of what is held.");
  }

  @Override
  public void close() {
    server.close();
  }
}
