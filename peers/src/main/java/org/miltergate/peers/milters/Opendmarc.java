package org.miltergate.peers.milters;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.miltergate.peers.process.Programs;

/** OpenDMARC, which adds three fields on top and rejects nothing. */
public final class Opendmarc {
  private Opendmarc() {}

  public static RealMilter start(Path folder) throws IOException {
    Path program = Programs.require("opendmarc");
    Path ignore = Files.writeString(folder.resolve("ignore"), "192.0.2.1\n");
    Path config = folder.resolve("opendmarc.conf");
    return RealMilter.onFreePort(
        "opendmarc",
        folder,
        List.of(),
        port -> {
          Files.writeString(
              config,
              """
              Socket inet:%d@127.0.0.1
              Background false
              Syslog false
              AuthservID mta.test
              TrustedAuthservIDs mta.test
              RejectFailures false
              SoftwareHeader true
              SPFSelfValidate true
              IgnoreHosts %s
              UserID root
              """
                  .formatted(port, ignore));
          return List.of(program.toString(), "-f", "-c", config.toString());
        });
  }
}
