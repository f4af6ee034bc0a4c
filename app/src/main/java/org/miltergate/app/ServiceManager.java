package org.miltergate.app;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.miltergate.milter.text.DurationText;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reports the program's state to systemd.
 *
 * <p>systemd reads from a Unix datagram socket, which Java cannot write to, so systemd's program
 * {@code systemd-notify} does it. A service must allow this with {@code NotifyAccess=all}, since
 * the message comes from a child process. A failure is only logged, as a warning. Without {@code
 * NOTIFY_SOCKET} in the environment nothing is done.
 *
 * <p>Thread-safe.
 *
 * @see "systemd sd_notify(3), systemd-notify(1)"
 */
final class ServiceManager {
  private static final Logger log = LoggerFactory.getLogger("miltergate");
  private static final String PROGRAM = "systemd-notify";

  /** The program itself waits for systemd, up to 5 s. */
  static final Duration LIMIT = Duration.ofSeconds(10);

  private final boolean listening;

  private ServiceManager(boolean listening) {
    this.listening = listening;
  }

  /** Returns the service manager named in the environment, if any. */
  static ServiceManager ofEnvironment() {
    String socket = System.getenv("NOTIFY_SOCKET");
    return new ServiceManager(socket != null && !socket.isEmpty());
  }

  /** Reports that clients are served. Blocks until systemd has the message, at most 10 s. */
  void ready(String status) {
    tell("READY=1", "STATUS=" + status);
  }

  /** Reports that shutdown has begun. Blocks until systemd has the message, at most 10 s. */
  void stopping(String status) {
    tell("STOPPING=1", "STATUS=" + status);
  }

  private void tell(String... assignments) {
    if (!listening) {
      return;
    }
    List<String> command = new ArrayList<>(List.of(PROGRAM));
    command.addAll(List.of(assignments));
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
      await(process, assignments[0]);
    } catch (IOException e) {
      log.warn("systemd was not told {}: {}", assignments[0], e.getMessage());
    }
  }

  private static void await(Process process, String what) {
    try {
      if (!process.waitFor(LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
        process.destroyForcibly();
        log.warn(
            "systemd was not told {}: {} took longer than {}",
            what,
            PROGRAM,
            DurationText.of(LIMIT));
      } else if (process.exitValue() != 0) {
        log.warn("systemd was not told {}: {} ended with {}", what, PROGRAM, process.exitValue());
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
