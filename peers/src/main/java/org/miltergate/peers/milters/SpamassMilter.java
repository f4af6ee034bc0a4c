package org.miltergate.peers.milters;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.miltergate.peers.process.Daemon;
import org.miltergate.peers.process.Endpoints;
import org.miltergate.peers.process.Programs;

/** spamass-milter with its own spamd, without network tests. */
public final class SpamassMilter {
  private SpamassMilter() {}

  /** Refuses what scores 15 or more. */
  public static RealMilter rejecting(Path folder) throws IOException {
    Path program = Programs.require("spamass-milter");
    Spamd spamd = Spamd.start(folder);
    return RealMilter.onFreePort(
        "spamass-milter",
        folder,
        List.of(spamd.daemon()),
        port ->
            List.of(
                program.toString(),
                "-p",
                "inet:" + port + "@127.0.0.1",
                "-r",
                "15",
                "--",
                "-d",
                "127.0.0.1",
                "-p",
                spamd.portText()));
  }

  /** Sends spam to {@code bucket} in place of its recipients, with a new body. */
  public static RealMilter redirecting(Path folder, String bucket) throws IOException {
    Path program = Programs.require("spamass-milter");
    Spamd spamd = Spamd.start(folder);
    return RealMilter.onUnixSocket(
        "spamass-milter-bucket",
        folder,
        List.of(spamd.daemon()),
        socket ->
            List.of(
                program.toString(),
                "-p",
                socket.toString(),
                "-b",
                bucket,
                "--",
                "-d",
                "127.0.0.1",
                "-p",
                spamd.portText()));
  }

  private record Spamd(Daemon daemon, int port) {
    static Spamd start(Path folder) throws IOException {
      Path program = Programs.require("spamd");
      Programs.require("spamc"); // spamass-milter runs it for each message
      Programs.requireRoot(); // it becomes user nobody
      Path home = Files.createDirectory(folder.resolve("home"));
      Programs.giveTo("nobody", home);
      return Endpoints.startOnFreePort(port -> {
        Daemon daemon =
            Daemon.start(
                folder,
                List.of(
                    program.toString(),
                    "-L",
                    "-x",
                    "-i",
                    "127.0.0.1",
                    "-p",
                    Integer.toString(port),
                    "-m",
                    "1",
                    "--helper-home-dir",
                    home.toString(),
                    "-u",
                    "nobody"));
        Endpoints.awaitListening(daemon, Endpoints.tcp(port));
        return new Spamd(daemon, port);
      });
    }

    String portText() {
      return Integer.toString(port);
    }
  }
}
