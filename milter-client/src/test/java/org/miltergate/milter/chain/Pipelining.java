package org.miltergate.milter.chain;

import java.util.function.UnaryOperator;
import org.miltergate.milter.session.MilterClient;
import org.miltergate.milter.test.ScriptedMilter;
import org.miltergate.net.Endpoint;

/**
 * Whether milters are told the content without waiting for each reply. A class of tests that takes
 * this as its parameter shows that it changes no result.
 */
enum Pipelining {
  OFF,
  ON;

  /** As {@link SmtpSide#client(String, ScriptedMilter)}. */
  MilterClient client(String name, ScriptedMilter milter) {
    return client(name, milter.address(), client -> client);
  }

  /** As {@link SmtpSide#client(String, Endpoint, UnaryOperator)}. */
  MilterClient client(String name, Endpoint address, UnaryOperator<MilterClient.Builder> settings) {
    return SmtpSide.client(name, address, client -> settings.apply(client.pipeline(this == ON)));
  }
}
