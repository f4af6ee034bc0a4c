package org.miltergate.config.yaml;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import org.miltergate.config.GatewayConfig;

/** The annotated example file: every key, with its meaning and default. */
public final class ExampleConfig {
  private ExampleConfig() {}

  /** Returns the file, which {@link ConfigReader} reads to {@link GatewayConfig#DEFAULT}. */
  public static String text() {
    try (InputStream in = GatewayConfig.class.getResourceAsStream("miltergate.example.yaml")) {
      if (in == null) {
        throw new IllegalStateException("miltergate.example.yaml is missing in this build");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
