package org.miltergate.peers.milters;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.miltergate.milter.wire.ProtocolSteps;

/**
 * A filter on Debian's libmilter, compiled by the test, that answers at random, and tells at the
 * end of each message in a field {@code X-Seen} what it was told.
 *
 * @see "filter/random.c"
 */
public final class RandomFilter {
  private final Path program;

  private RandomFilter(Path program) {
    this.program = program;
  }

  public static RandomFilter compile(Path folder) throws IOException {
    Path source = Sources.copy("random.c", folder);
    return new RandomFilter(
        Sources.compile(source, folder, List.of("-Wall", "-Wextra", "-Werror")));
  }

  /**
   * Starts a process.
   *
   * @param lacks steps that have no callback
   * @param declines further steps that are declined
   * @param silent steps that are not answered
   */
  public RealMilter start(
      Path folder, int seed, ProtocolSteps lacks, ProtocolSteps declines, ProtocolSteps silent)
      throws IOException {
    return RealMilter.onUnixSocket(
        "random",
        folder,
        List.of(),
        socket ->
            List.of(
                program.toString(),
                "unix:" + socket,
                Integer.toUnsignedString(seed),
                Integer.toHexString(lacks.bits()),
                Integer.toHexString(declines.bits()),
                Integer.toHexString(silent.bits())));
  }
}
