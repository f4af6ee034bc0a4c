package org.miltergate.config.yaml;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Puts variables of the environment into values. */
final class Substitution {
  private static final Pattern REFERENCE =
      Pattern.compile(
          "(?<escaped>\\$\\$\\{)|\\$\\{(?:(?<name>[A-Za-z_][A-Za-z0-9_]*)(?<fallback>:-[^}]*)?})?");

  private final Function<String, Optional<String>> environment;

  Substitution(Function<String, Optional<String>> environment) {
    this.environment = environment;
  }

  /**
   * A value after replacement.
   *
   * @param text with every reference replaced that can be
   * @param problems one for each that cannot
   */
  record Outcome(String text, List<String> problems) {
    Outcome {
      problems = List.copyOf(problems);
    }
  }

  Outcome apply(String raw) {
    List<String> problems = new ArrayList<>();
    Matcher reference = REFERENCE.matcher(raw);
    StringBuilder out = new StringBuilder();
    while (reference.find()) {
      reference.appendReplacement(out, Matcher.quoteReplacement(value(reference, problems)));
    }
    return new Outcome(reference.appendTail(out).toString(), problems);
  }

  /** Writes text so that {@link #apply} gives it back. */
  static String escape(String text) {
    return text.replace("${", "$${");
  }

  private String value(Matcher reference, List<String> problems) {
    if (reference.group("escaped") != null) {
      return "${";
    }
    String name = reference.group("name");
    if (name == null) {
      problems.add(
          "'${' does not begin a reference; write ${NAME}, ${NAME:-text}, or $${ for the"
              + " characters");
      return "";
    }
    Optional<String> value = environment.apply(name);
    String fallback = reference.group("fallback");
    if (fallback != null) {
      return value.filter(v -> !v.isEmpty()).orElse(fallback.substring(2));
    }
    if (value.isEmpty()) {
      problems.add(
          "the environment has no variable '%s'; set it, or write ${%s:-text}"
              .formatted(name, name));
    }
    return value.orElse("");
  }
}
