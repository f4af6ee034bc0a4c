package org.miltergate.config.yaml;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import org.miltergate.config.GatewayConfig;
import org.miltergate.milter.text.Utf8;
import org.snakeyaml.engine.v2.nodes.Node;

/**
 * Reads the settings of a gateway from YAML.
 *
 * <p>All problems are reported at once; no content of a file makes a method here throw. A file has
 * at most 256 KiB, 20 levels and 100 aliases, in UTF-8; of a file with more than 1,000 problems the
 * first are reported. An empty one gives {@link GatewayConfig#DEFAULT}.
 *
 * <p>In values, {@code ${NAME}} is replaced by that variable of the environment, and {@code
 * ${NAME:-text}} by the text if the variable is missing or empty; a doubled dollar sign before the
 * brace stands for a single one and the brace. A variable that is missing, without such a text, is
 * a problem. Names of settings are not replaced, and the replacement is not parsed as YAML.
 *
 * <p>Relative paths are kept: they are relative to the working directory of the process, not to the
 * file.
 *
 * <p>Immutable and thread-safe if the environment is.
 */
public final class ConfigReader {
  static final int MAX_BYTES = 256 << 10;

  private final Function<String, Optional<String>> environment;

  /**
   * Creates a reader.
   *
   * @param environment returns the value of a variable, or empty if there is none
   */
  public ConfigReader(Function<String, Optional<String>> environment) {
    this.environment = Objects.requireNonNull(environment, "environment");
  }

  /** Creates a reader with the environment of this process. */
  public static ConfigReader withSystemEnvironment() {
    return new ConfigReader(name -> Optional.ofNullable(System.getenv(name)));
  }

  /** Reads a file; one that cannot be read is a problem as well. */
  public ConfigResult read(Path file) {
    byte[] content;
    try (InputStream in = Files.newInputStream(file)) {
      content = in.readNBytes(MAX_BYTES + 1);
    } catch (IOException e) {
      return wholeFile(file.toString(), "cannot be read: " + reason(e));
    }
    if (content.length > MAX_BYTES) {
      return wholeFile(file.toString(), "is larger than 256 KiB; no configuration is");
    }
    return read(file.toString(), content);
  }

  /**
   * Reads text.
   *
   * @param name shown before each problem instead of a file name
   */
  public ConfigResult read(String name, String text) {
    if (text.length() > MAX_BYTES) {
      return wholeFile(name, "is larger than 256 KiB; no configuration is");
    }
    Findings findings = new Findings(name);
    Optional<Node> root = YamlDocument.compose(text, findings);
    GatewayConfig config = GatewayConfig.DEFAULT;
    if (root.isPresent()) {
      YamlSource source = new YamlSource(root.get(), "", new Substitution(environment), findings);
      config = GatewayConfig.FORM.read(source).orElse(config);
      CrossChecks.check(config, root.get(), findings);
    }
    return findings.problems().isEmpty()
        ? new ConfigResult.Valid(config, findings.warnings(), new Places(name, root))
        : new ConfigResult.Invalid(findings.problems());
  }

  private ConfigResult read(String name, byte[] content) {
    Utf8.Prefix prefix = Utf8.prefix(content);
    if (prefix.bytes() < content.length) {
      Findings findings = new Findings(name);
      String octet = String.format(Locale.ROOT, "%02x", content[prefix.bytes()]);
      findings.problemBehind(
          prefix.text(), "byte 0x" + octet + " is not UTF-8; write the file in UTF-8");
      return new ConfigResult.Invalid(findings.problems());
    }
    return read(name, prefix.text());
  }

  private static ConfigResult wholeFile(String name, String text) {
    return new ConfigResult.Invalid(List.of(new Problem(name, 0, 0, "", text)));
  }

  private static String reason(IOException failure) {
    return switch (failure) {
      case NoSuchFileException e -> "no such file";
      case AccessDeniedException e -> "permission denied";
      default -> String.valueOf(failure.getMessage());
    };
  }
}
