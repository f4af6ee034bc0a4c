package org.miltergate.peers.milters;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A milter built with Debian's libmilter, compiled by the test, that does what its arguments say.
 *
 * <p>The arguments are described at the top of {@code filter/filter.c}: {@code reject=envrcpt},
 * {@code addheader=X-A:b}, {@code reply=helo:550:5.7.1:no}. A value is taken as it stands, its
 * leading blank included.
 */
public final class CompiledFilter {
  private CompiledFilter() {}

  public static RealMilter start(Path folder, String... words) throws IOException {
    Path source = Sources.copy("filter.c", folder);
    Path program = Sources.compile(source, folder, List.of("-Wall", "-Wextra", "-Werror"));
    return RealMilter.onFreePort(
        "filter " + String.join(" ", words),
        folder,
        List.of(),
        port -> {
          List<String> command =
              new ArrayList<>(List.of(program.toString(), "inet:" + port + "@127.0.0.1"));
          command.addAll(List.of(words));
          return command;
        });
  }
}
