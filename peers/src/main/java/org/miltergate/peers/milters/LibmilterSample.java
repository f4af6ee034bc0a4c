package org.miltergate.peers.milters;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.miltergate.peers.process.Programs;

/**
 * The sample filter that Sendmail ships: adds {@code X-Archived}.
 *
 * <p>It keeps a copy of each message in {@code /tmp}; only that path in its source is changed, to
 * the test's folder.
 */
public final class LibmilterSample {
  private LibmilterSample() {}

  public static RealMilter start(Path folder) throws IOException {
    Path examples = Programs.requireUnpacked("sendmail-base", "usr/share/sendmail/examples/milter");
    String source = Files.readString(examples.resolve("sample.c"));
    Path here =
        Files.writeString(folder.resolve("sample.c"), source.replace("/tmp/", folder + "/"));
    Path program = Sources.compile(here, folder, List.of("-w", "-I", examples.toString()));
    return RealMilter.onFreePort(
        "libmilter-sample",
        folder,
        List.of(),
        port -> List.of(program.toString(), "-p", "inet:" + port + "@127.0.0.1"));
  }
}
