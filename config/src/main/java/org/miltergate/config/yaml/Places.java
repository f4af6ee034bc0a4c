package org.miltergate.config.yaml;

import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.miltergate.milter.text.PrintableText;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/**
 * Where the settings of a file are, so that problems found later also have their position.
 *
 * <p>Immutable and thread-safe.
 */
public final class Places {
  private static final Pattern STEP = Pattern.compile("\\[([0-9]{1,6})]|([^.\\[]+)");

  private final String file;
  private final Optional<Node> root;

  Places(String file, Optional<Node> root) {
    this.file = file;
    this.root = root;
  }

  /**
   * Returns a problem of a setting, at its value or at the closest part of it that the file has.
   *
   * @param path such as {@code listeners[0].tls.key}; empty for the whole file
   */
  public Problem at(String path, String text) {
    Optional<Mark> mark = path.isEmpty() ? Optional.empty() : nearest(path);
    return new Problem(
        file,
        mark.map(m -> m.getLine() + 1).orElse(0),
        mark.map(m -> m.getColumn() + 1).orElse(0),
        PrintableText.escape(path),
        PrintableText.escape(text));
  }

  /** Returns where a setting is, or the closest part of it that the file has. */
  Optional<Mark> nearest(String path) {
    Optional<Node> found = Optional.empty();
    Optional<Node> next = root;
    for (MatchResult step : (Iterable<MatchResult>) STEP.matcher(path).results()::iterator) {
      next = next.flatMap(node -> part(node, step));
      if (next.isEmpty()) {
        break;
      }
      found = next;
    }
    return found.flatMap(Node::getStartMark);
  }

  private static Optional<Node> part(Node node, MatchResult step) {
    if (step.group(1) == null) {
      return YamlSource.valueOf(node, step.group(2));
    }
    int index = Integer.parseInt(step.group(1));
    return node instanceof SequenceNode list && index < list.getValue().size()
        ? Optional.of(list.getValue().get(index))
        : Optional.empty();
  }
}
