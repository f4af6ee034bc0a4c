package org.miltergate.peers.milters;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.miltergate.peers.process.Daemon;
import org.miltergate.peers.process.Programs;

/**
 * A key pair that opendkim-genkey has made.
 *
 * @param record what the name server would answer for {@code SELECTOR._domainkey.DOMAIN}
 */
public record DkimKey(String domain, String selector, Path privateKey, String record) {
  private static final Pattern QUOTED = Pattern.compile("\"([^\"]*)\"");

  /** Creates a key of 2048 bits. */
  public static DkimKey generate(Path folder, String domain, String selector) throws IOException {
    Path program = Programs.require("opendkim-genkey");
    Daemon.run(
        folder, List.of(program.toString(), "-D", folder.toString(), "-d", domain, "-s", selector));
    String zoneLine = Files.readString(folder.resolve(selector + ".txt"));
    String record =
        QUOTED
            .matcher(zoneLine)
            .results()
            .map((MatchResult part) -> part.group(1))
            .collect(Collectors.joining());
    return new DkimKey(domain, selector, folder.resolve(selector + ".private"), record);
  }
}
