package org.miltergate.peers.milters;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.miltergate.peers.process.Programs;

/** dkimpy-milter as a signer of mail from 127.0.0.1 in the key's domain. */
public final class DkimpyMilter {
  private DkimpyMilter() {}

  public static RealMilter sign(Path folder, DkimKey key) throws IOException {
    Path program = Programs.require("dkimpy-milter");
    Path config = folder.resolve("dkimpy.conf");
    return RealMilter.onFreePort(
        "dkimpy-milter",
        folder,
        List.of(),
        port -> {
          Files.writeString(
              config,
              """
              Socket inet:%d@127.0.0.1
              PidFile %s/pid
              UserID root
              Syslog no
              UMask 007
              Mode s
              Domain %s
              Selector %s
              KeyFile %s
              InternalHosts 127.0.0.1
              """
                  .formatted(port, folder, key.domain(), key.selector(), key.privateKey()));
          return List.of(program.toString(), config.toString());
        });
  }
}
