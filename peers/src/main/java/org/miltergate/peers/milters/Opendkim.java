package org.miltergate.peers.milters;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.miltergate.peers.process.Programs;

/** OpenDKIM as a signer or a verifier; a file of keys stands in for the name server. */
public final class Opendkim {
  private Opendkim() {}

  /**
   * Signs mail from 127.0.0.1 in the key's domain, with relaxed header and simple body
   * canonicalization.
   */
  public static RealMilter sign(Path folder, DkimKey key) throws IOException {
    Path program = Programs.require("opendkim");
    Path config = folder.resolve("opendkim.conf");
    return RealMilter.onFreePort(
        "opendkim-sign",
        folder,
        List.of(),
        port -> {
          Files.writeString(
              config,
              """
              Socket inet:%d@127.0.0.1
              Background no
              Syslog no
              Mode s
              Domain %s
              Selector %s
              KeyFile %s
              InternalHosts 127.0.0.1
              Canonicalization relaxed/simple
              RequireSafeKeys no
              UserID root
              """
                  .formatted(port, key.domain(), key.selector(), key.privateKey()));
          return command(program, config);
        });
  }

  /** Writes its results into an Authentication-Results field of {@code mta.test}. */
  public static RealMilter verify(Path folder, DkimKey key) throws IOException {
    Path program = Programs.require("opendkim");
    Path keys =
        Files.writeString(
            folder.resolve("keys"),
            "%s._domainkey.%s %s\n".formatted(key.selector(), key.domain(), key.record()));
    Path config = folder.resolve("opendkim.conf");
    Files.writeString(
        config,
        """
        Socket local:%s/s
        Background no
        Syslog no
        Mode v
        AlwaysAddARHeader yes
        AuthservID mta.test
        TestPublicKeys %s
        InternalHosts 192.0.2.1
        RequireSafeKeys no
        UserID root
        UMask 0
        """
            .formatted(folder, keys));
    return RealMilter.onUnixSocket(
        "opendkim-verify", folder, List.of(), socket -> command(program, config));
  }

  private static List<String> command(Path program, Path config) {
    return List.of(program.toString(), "-f", "-x", config.toString());
  }
}
