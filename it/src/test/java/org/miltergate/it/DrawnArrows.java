package org.miltergate.it;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Which package uses which: as drawn in {@code docs/architecture.md}, and as compiled. */
final class DrawnArrows {
  private static final String OURS = "org.miltergate.";
  private static final Path DOCUMENT = Path.of("..", "docs", "architecture.md");
  private static final Pattern ROW = Pattern.compile("\\| `([\\w.]+)` \\|[^|]*\\|([^|]*)\\|");
  private static final Pattern NAME = Pattern.compile("`([\\w.]+)`");

  private DrawnArrows() {}

  /** Returns the rows of the document's table of packages, without the prefix of all packages. */
  static SortedMap<String, SortedSet<String>> drawn() throws IOException {
    SortedMap<String, SortedSet<String>> arrows = new TreeMap<>();
    for (String line : Files.readAllLines(DOCUMENT)) {
      Matcher row = ROW.matcher(line);
      if (row.matches()) {
        SortedSet<String> uses =
            NAME.matcher(row.group(2))
                .results()
                .map(name -> name.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
        if (arrows.put(row.group(1), uses) != null) {
          throw new IllegalStateException(row.group(1) + " has two rows in " + DOCUMENT);
        }
      }
    }
    return arrows;
  }

  /** Returns the same of classes that were compiled. */
  static SortedMap<String, SortedSet<String>> compiled(JavaClasses classes) {
    SortedMap<String, SortedSet<String>> arrows = new TreeMap<>();
    for (JavaClass one : classes) {
      SortedSet<String> uses = arrows.computeIfAbsent(name(one), name -> new TreeSet<>());
      one.getDirectDependenciesFromSelf().stream()
          .map(dependency -> dependency.getTargetClass().getBaseComponentType())
          .filter(target -> target.getPackageName().startsWith(OURS))
          .map(DrawnArrows::name)
          .filter(target -> !target.equals(name(one)))
          .forEach(uses::add);
    }
    return arrows;
  }

  private static String name(JavaClass one) {
    return one.getPackageName().substring(OURS.length());
  }

  /** Writes arrows as lines that can be compared, and copied into the document. */
  static String text(Map<String, SortedSet<String>> arrows) {
    return arrows.entrySet().stream()
        .map(arrow ->
            "`%s` | %s"
                .formatted(
                    arrow.getKey(),
                    arrow.getValue().stream()
                        .map(name -> "`" + name + "`")
                        .collect(Collectors.joining(", "))))
        .collect(Collectors.joining("\n"));
  }
}
