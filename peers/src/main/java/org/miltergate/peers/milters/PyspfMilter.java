package org.miltergate.peers.milters;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.miltergate.peers.process.Programs;

/** pyspf-milter, which adds an Authentication-Results field on top and refuses nothing. */
public final class PyspfMilter {
  private PyspfMilter() {}

  public static RealMilter start(Path folder) throws IOException {
    Path program = Programs.require("pyspf-milter");
    Path config = folder.resolve("pyspf.conf");
    return RealMilter.onFreePort(
        "pyspf-milter",
        folder,
        List.of(),
        port -> {
          // The packaged default of skip_addresses passes loopback clients by.
          Files.writeString(
              config,
              """
              debugLevel = 1
              TestOnly = 1
              HELO_reject = Fail
              Mail_From_reject = Fail
              PermError_reject = False
              TempError_Defer = False
              skip_addresses = 192.0.2.0/24
              Socket = inet:%d@127.0.0.1
              PidFile = %s/pid
              UserID = root
              InternalHosts = 192.0.2.1
              """
                  .formatted(port, folder));
          return List.of(program.toString(), config.toString());
        });
  }
}
