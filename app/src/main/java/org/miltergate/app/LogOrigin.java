package org.miltergate.app;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The origin of log lines, shown at their beginning.
 *
 * @param host the name of this machine up to its first dot, as in syslog
 * @param process its process id
 * @param journal whether the lines go to systemd's journal, which adds host and process itself
 */
record LogOrigin(String host, long process, boolean journal) {
  private static final Path KERNEL = Path.of("/proc/sys/kernel/hostname");
  private static final Path STANDARD_ERROR = Path.of("/proc/self/fd/2");
  private static final Pattern WORD = Pattern.compile("[A-Za-z0-9_-]+");

  static LogOrigin ofThisProcess() {
    return new LogOrigin(hostName(), ProcessHandle.current().pid(), isJournal());
  }

  /**
   * The kernel and the environment are asked first: the JDK would look the name up in DNS, which
   * may take long or find nothing.
   */
  private static String hostName() {
    return Stream.<Optional<String>>of(ofKernel(), ofEnvironment())
        .flatMap(Optional::stream)
        .findFirst()
        .or(LogOrigin::ofJdk)
        .orElse("localhost");
  }

  private static Optional<String> ofKernel() {
    try {
      return word(Files.readString(KERNEL));
    } catch (IOException e) {
      return Optional.empty(); // another system
    }
  }

  private static Optional<String> ofEnvironment() {
    return Optional.ofNullable(System.getenv("HOSTNAME")).flatMap(LogOrigin::word);
  }

  private static Optional<String> ofJdk() {
    try {
      return word(InetAddress.getLocalHost().getHostName());
    } catch (UnknownHostException e) {
      return Optional.empty();
    }
  }

  /** Returns the first label of a name if it is safe to print in a log line. */
  static Optional<String> word(String name) {
    return Optional.of(name.strip().split("\\.", 2)[0]).filter(WORD.asMatchPredicate());
  }

  /** The variable is inherited by programs whose standard error goes elsewhere. */
  private static boolean isJournal() {
    String stream = System.getenv("JOURNAL_STREAM");
    if (stream == null) {
      return false;
    }
    try {
      return stream.equals(
          Files.getAttribute(STANDARD_ERROR, "unix:dev")
              + ":"
              + Files.getAttribute(STANDARD_ERROR, "unix:ino"));
    } catch (IOException | RuntimeException e) {
      return false; // not known on this system
    }
  }
}
