package org.miltergate.config.yaml;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each {@code bad/NAME.yaml} has all the problems of {@code bad/NAME.problems}, and no other. */
class BadFilesTest {
  private static final Map<String, String> ENVIRONMENT = Map.of("HOST", "127.0.0.1", "EMPTY", "");

  static Stream<String> files() throws IOException, URISyntaxException {
    try (Stream<Path> files = Files.list(directory())) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.endsWith(".yaml"))
          .sorted()
          .toList()
          .stream();
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("files")
  void everyProblemIsNamedAtOnceWithItsPlace(String name) throws IOException, URISyntaxException {
    Path file = directory().resolve(name);
    ConfigReader reader =
        new ConfigReader(variable -> Optional.ofNullable(ENVIRONMENT.get(variable)));

    ConfigResult result = reader.read(file);

    assertThat(result).isInstanceOf(ConfigResult.Invalid.class);
    List<String> problems =
        ((ConfigResult.Invalid) result)
            .problems().stream()
                .map(problem -> problem.toString().replace(file.toString(), name))
                .toList();
    Path expected = directory().resolve(name.replace(".yaml", ".problems"));
    assertThat(problems).containsExactlyElementsOf(Files.readAllLines(expected));
  }

  private static Path directory() throws URISyntaxException {
    URL resource = Objects.requireNonNull(BadFilesTest.class.getResource("bad"), "bad");
    return Path.of(resource.toURI());
  }
}
