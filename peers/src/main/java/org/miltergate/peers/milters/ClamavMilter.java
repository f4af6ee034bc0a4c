package org.miltergate.peers.milters;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import org.miltergate.peers.TestMails;
import org.miltergate.peers.process.Daemon;
import org.miltergate.peers.process.Endpoints;
import org.miltergate.peers.process.Programs;

/** clamav-milter with its own clamd, whose only signature is the EICAR test string. */
public final class ClamavMilter {
  private ClamavMilter() {}

  /** Refuses viruses; replaces its header fields. */
  public static RealMilter rejecting(Path folder) throws IOException {
    return start(
        "clamav-milter-reject",
        folder,
        "OnInfected Reject\nRejectMsg Virus %v found\nAddHeader Replace\n");
  }

  /** Quarantines viruses; inserts its header fields. */
  public static RealMilter quarantining(Path folder) throws IOException {
    return start(
        "clamav-milter-quarantine",
        folder,
        "OnInfected Quarantine\nAddHeader Add\nSupportMultipleRecipients yes\n");
  }

  /** Discards viruses; does not change the header. */
  public static RealMilter discarding(Path folder) throws IOException {
    return start("clamav-milter-blackhole", folder, "OnInfected Blackhole\nAddHeader No\n");
  }

  private static RealMilter start(String name, Path folder, String actions) throws IOException {
    Path program = Programs.require("clamav-milter");
    Programs.requireRoot();
    Daemon clamd = startClamd(folder);
    Path config = folder.resolve("clamav-milter.conf");
    return RealMilter.onFreePort(
        name,
        folder,
        List.of(clamd),
        port -> {
          Files.writeString(
              config,
              """
              MilterSocket inet:%d@127.0.0.1
              ClamdSocket unix:%s/clamd.sock
              Foreground yes
              User root
              TemporaryDirectory %s
              """
                      .formatted(port, folder, folder)
                  + actions);
          return List.of(program.toString(), "-c", config.toString());
        });
  }

  private static Daemon startClamd(Path folder) throws IOException {
    Path program = Programs.require("clamd");
    Path signatures = Files.createDirectory(folder.resolve("db")).resolve("test.ndb");
    byte[] eicar = TestMails.EICAR.getBytes(StandardCharsets.US_ASCII);
    Files.writeString(signatures, "Test.Eicar:0:*:" + HexFormat.of().formatHex(eicar) + "\n");
    Path config =
        Files.writeString(
            folder.resolve("clamd.conf"),
            """
            LocalSocket %1$s/clamd.sock
            LocalSocketMode 666
            DatabaseDirectory %1$s/db
            Foreground yes
            User root
            TemporaryDirectory %1$s
            LogTime no
            """
                .formatted(folder));
    Daemon clamd = Daemon.start(folder, List.of(program.toString(), "-c", config.toString()));
    Endpoints.awaitListening(clamd, Endpoints.unix(folder.resolve("clamd.sock")));
    return clamd;
  }
}
