package org.miltergate.config.yaml;

import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import org.miltergate.milter.text.PrintableText;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.nodes.Node;

/** Collects the problems and warnings of one file. Not thread-safe. */
final class Findings {
  private static final int MAX_PROBLEMS = 1000;

  private final String file;
  private final SortedSet<Problem> problems = new TreeSet<>();
  private final SortedSet<Problem> warnings = new TreeSet<>();

  Findings(String file) {
    this.file = file;
  }

  void problem(Node node, String path, String text) {
    problem(node.getStartMark(), path, text);
  }

  void problem(Optional<Mark> mark, String path, String text) {
    add(at(mark, path, text));
  }

  /** Reports a problem right after {@code before}, the text of the file up to there. */
  void problemBehind(String before, String text) {
    int line = 1 + (int) before.chars().filter(c -> c == '\n').count();
    String inLine = before.substring(before.lastIndexOf('\n') + 1);
    int column = 1 + inLine.codePointCount(0, inLine.length());
    add(new Problem(file, line, column, "", PrintableText.escape(text)));
  }

  private void add(Problem problem) {
    if (problems.size() < MAX_PROBLEMS) {
      problems.add(problem);
    } else if (!problems.contains(problem)) {
      problems.add(
          new Problem(
              file, 0, 0, "", "there are more problems than the " + MAX_PROBLEMS + " that follow"));
    }
  }

  void warning(Node node, String path, String text) {
    warning(node.getStartMark(), path, text);
  }

  void warning(Optional<Mark> mark, String path, String text) {
    warnings.add(at(mark, path, text));
  }

  /** Returns whether the setting, and all that is in it, has no problem so far. */
  boolean isClean(String setting) {
    return problems.stream().noneMatch(problem -> isIn(problem.path(), setting));
  }

  private static boolean isIn(String path, String setting) {
    return path.startsWith(setting)
        && (path.length() == setting.length() || ".[".indexOf(path.charAt(setting.length())) >= 0);
  }

  /** Returns the problems in the order of the file. */
  List<Problem> problems() {
    return List.copyOf(problems);
  }

  List<Problem> warnings() {
    return List.copyOf(warnings);
  }

  private Problem at(Optional<Mark> mark, String path, String text) {
    int line = mark.map(m -> m.getLine() + 1).orElse(0);
    int column = mark.map(m -> m.getColumn() + 1).orElse(0);
    return new Problem(file, line, column, PrintableText.escape(path), PrintableText.escape(text));
  }
}
