package org.miltergate.peers.milters;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.miltergate.peers.process.Programs;

/** Small filters of ours on the milter libraries of Python and Perl. All refuse GTUBE. */
public final class ScriptSample {
  private ScriptSample() {}

  /** Adds a field and a recipient, marks the subject; no reply to CONNECT and header fields. */
  public static RealMilter pymilter(Path folder) throws IOException {
    Path python = Programs.require("python3");
    Programs.requireFile(Path.of("/usr/lib/python3/dist-packages/Milter"));
    Path script = Sources.copy("pymilter_sample.py", folder);
    return RealMilter.onFreePort(
        "pymilter-sample",
        folder,
        List.of(),
        port -> List.of(python.toString(), script.toString(), "inet:" + port + "@127.0.0.1"));
  }

  /** Speaks protocol version 2; adds a field, marks the subject, adds a footer to the body. */
  public static RealMilter pmilter(Path folder) throws IOException {
    Path perl = Programs.require("perl");
    Programs.requireFile(Path.of("/usr/share/perl5/Sendmail/PMilter.pm"));
    Path script = Sources.copy("pmilter_sample.pl", folder);
    return RealMilter.onFreePort(
        "pmilter-sample",
        folder,
        List.of(),
        port -> List.of(perl.toString(), script.toString(), "inet:" + port + "@127.0.0.1"));
  }

  /** libmilter through Perl threads; sees MAIL, body and end of message only. Adds a field. */
  public static RealMilter sendmailMilter(Path folder) throws IOException {
    Path perl = Programs.require("perl");
    Path module = findModule(Programs.requireUnpacked("libsendmail-milter-perl", "usr/lib"));
    Path script = Sources.copy("sendmail_milter_sample.pl", folder);
    return RealMilter.onUnixSocket(
        "sendmail-milter-sample",
        folder,
        List.of(),
        socket ->
            List.of(
                perl.toString(), "-I", module.toString(), script.toString(), "local:" + socket));
  }

  /** The folder's name contains the machine type and the version of Perl. */
  private static Path findModule(Path root) throws IOException {
    try (Stream<Path> tree = Files.walk(root)) {
      return tree.filter(path -> path.endsWith("Sendmail/Milter.pm"))
          .map(path -> path.resolve("../..").normalize())
          .findFirst()
          .orElseThrow(() -> Programs.missing("no Sendmail/Milter.pm below " + root));
    }
  }
}
