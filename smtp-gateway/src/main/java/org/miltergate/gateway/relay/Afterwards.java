package org.miltergate.gateway.relay;

import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs what remains to be done once the client's reply is decided, such as logging and releasing
 * resources. A failure there must not change the reply: a client that gets no reply for an accepted
 * message sends it again.
 */
public final class Afterwards {
  private static final Logger LOG = LoggerFactory.getLogger(Afterwards.class);

  /** Something that remains to be done. */
  @FunctionalInterface
  public interface Step {
    void run() throws IOException;
  }

  private Afterwards() {}

  /**
   * Runs it; a failure is only logged.
   *
   * @param what says in the log what failed
   * @return whether it succeeded
   */
  public static boolean run(String what, Step step) {
    try {
      step.run();
      return true;
    } catch (IOException | RuntimeException | Error e) {
      report(what, e);
      return false;
    }
  }

  private static void report(String what, Throwable failure) {
    try {
      LOG.atError()
          .addKeyValue("step", what)
          .setCause(failure)
          .log("failed after the reply was decided");
    } catch (RuntimeException | Error e) {
      return; // it is the log that fails
    }
  }
}
