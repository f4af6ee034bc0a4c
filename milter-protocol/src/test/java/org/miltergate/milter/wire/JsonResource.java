package org.miltergate.milter.wire;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** Reads test data: JSON is YAML. */
final class JsonResource {
  private JsonResource() {}

  /** Lists the names of the JSON files in a folder of the test resources, sorted. */
  static List<String> namesIn(String folder) {
    try {
      URI uri = Objects.requireNonNull(JsonResource.class.getResource(folder), folder).toURI();
      try (Stream<Path> files = Files.list(Path.of(uri))) {
        return files
            .map(file -> folder + "/" + file.getFileName())
            .filter(name -> name.endsWith(".json"))
            .sorted()
            .toList();
      }
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Object read(String name) {
    try (InputStream in = JsonResource.class.getResourceAsStream(name)) {
      return new Load(LoadSettings.builder().setLabel(name).build())
          .loadFromInputStream(Objects.requireNonNull(in, name));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
