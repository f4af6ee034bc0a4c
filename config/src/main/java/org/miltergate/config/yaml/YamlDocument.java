package org.miltergate.config.yaml;

import java.util.Locale;
import java.util.Optional;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.composer.Composer;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.CollectionEndEvent;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.DocumentStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.parser.ParserImpl;
import org.snakeyaml.engine.v2.scanner.StreamReader;

/** Text to YAML nodes, within limits. */
final class YamlDocument {
  static final int MAX_DEPTH = 20;
  static final int MAX_ALIASES = 100;

  private static final String BYTE_ORDER_MARK = "\uFEFF";
  private static final LoadSettings SETTINGS =
      LoadSettings.builder()
          .setCodePointLimit(ConfigReader.MAX_BYTES)
          .setMaxAliasesForCollections(MAX_ALIASES)
          .setAllowNonScalarKeys(true) // they are refused here, with their place
          .build();

  private YamlDocument() {}

  /**
   * Returns the root, or empty if the text holds nothing but comments or cannot be used; the reason
   * is then among the findings.
   */
  static Optional<Node> compose(String text, Findings findings) {
    String yaml = text.startsWith(BYTE_ORDER_MARK) ? text.substring(1) : text;
    try {
      // The composer is recursive, so the depth is checked first.
      return isPrintable(yaml, findings) && isWithinLimits(yaml, findings)
          ? new Composer(SETTINGS, parser(yaml)).getSingleNode()
          : Optional.empty();
    } catch (MarkedYamlEngineException e) {
      String hint =
          e.getProblemMark()
              .map(place -> YamlHint.suffix(yaml, place, String.valueOf(e.getProblem())))
              .orElse("");
      findings.problem(e.getProblemMark(), "", "not YAML: " + description(e) + hint);
    } catch (YamlEngineException e) {
      findings.problem(Optional.empty(), "", "not YAML: " + e.getMessage());
    }
    return Optional.empty();
  }

  /** The engine would report the position in its buffer, not in the file. */
  private static boolean isPrintable(String yaml, Findings findings) {
    for (int i = 0; i < yaml.length(); i += Character.charCount(yaml.codePointAt(i))) {
      int c = yaml.codePointAt(i);
      if (!StreamReader.isPrintable(c)) {
        findings.problemBehind(
            yaml.substring(0, i),
            String.format(Locale.ROOT, "character U+%04X is not allowed in YAML; leave it out", c));
        return false;
      }
    }
    return true;
  }

  private static boolean isWithinLimits(String yaml, Findings findings) {
    int depth = 0;
    int aliases = 0;
    int documents = 0;
    ParserImpl events = parser(yaml);
    while (events.hasNext()) {
      Event event = events.next();
      switch (event) {
        case CollectionStartEvent start -> depth++;
        case CollectionEndEvent end -> depth--;
        case AliasEvent alias -> aliases++;
        case DocumentStartEvent document -> documents++;
        default -> {}
      }
      String excess = excess(depth, aliases, documents);
      if (!excess.isEmpty()) {
        findings.problem(event.getStartMark(), "", excess);
        return false;
      }
    }
    return true;
  }

  private static ParserImpl parser(String yaml) {
    return new ParserImpl(SETTINGS, new StreamReader(SETTINGS, yaml));
  }

  private static String excess(int depth, int aliases, int documents) {
    if (depth > MAX_DEPTH) {
      return "more than " + MAX_DEPTH + " levels; no setting is nested that deep";
    }
    if (aliases > MAX_ALIASES) {
      return "more than " + MAX_ALIASES + " aliases; write the values out";
    }
    return documents > 1 ? "a second document begins here; write one file for each" : "";
  }

  private static String description(MarkedYamlEngineException failure) {
    String context = failure.getContext();
    String problem = failure.getProblem();
    return context == null || context.isBlank() ? problem : context + ": " + problem;
  }
}
