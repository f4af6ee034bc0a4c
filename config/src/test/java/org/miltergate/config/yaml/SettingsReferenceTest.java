package org.miltergate.config.yaml;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.miltergate.config.setting.Key;
import org.miltergate.config.setting.RecordForm;
import org.miltergate.config.setting.Row;
import org.miltergate.config.setting.Settings;

/** The documents say of each setting what its row says. */
class SettingsReferenceTest {
  private static final String HEADING = "## All settings\n";
  private static final Pattern CONTINUATION = Pattern.compile("[# ] +# {2,}(.*)");

  /** These stand in one line, as flow mappings. */
  private static final Pattern INLINE = Pattern.compile("more-certificates|Maildir");

  /** If it fails: {@code config/target/settings.md} is what the section should be. */
  @Test
  void tablesOfTheGuideAreThoseOfTheRecords() throws IOException {
    String guide = Files.readString(Path.of("../docs/configuration.md"));
    String reference = SettingsReference.markdown();
    Files.writeString(Path.of("target/settings.md"), reference);

    int begin = guide.indexOf("### ", guide.indexOf(HEADING));
    int end = guide.indexOf("\n## ", begin);

    assertThat(guide.substring(begin, end < 0 ? guide.length() : end)).isEqualTo(reference);
  }

  /** If it fails: each line says which comment is wanted behind which key. */
  @Test
  void commentsOfTheAnnotatedExampleAreThoseOfTheRecords() {
    List<String> missing = new ArrayList<>();
    for (SettingsReference.Section section : SettingsReference.sections()) {
      addMissing(section.title(), section.form(), missing);
    }

    assertThat(missing).isEmpty();
  }

  private static <S extends Settings<S>> void addMissing(
      String title, RecordForm<S> form, List<String> missing) {
    List<String> lines = block(title);
    boolean inline = INLINE.matcher(title).find();
    for (Key<S, ?> key : form.keys()) {
      boolean isThere =
          inline
              ? lines.stream().anyMatch(line -> line.matches("#.*[{ ]" + key.name() + ": .*"))
              : isMappingOfItsOwn(key) || hasComment(lines, key.row());
      if (!isThere) {
        missing.add(title + ": " + key.name() + ": # " + comment(key.row()));
      }
    }
  }

  private static boolean isMappingOfItsOwn(Key<?, ?> key) {
    return !key.row().form().mappings().isEmpty();
  }

  /** Returns the lines from the outermost key of a path to the next. */
  private static List<String> block(String title) {
    List<String> lines = ExampleConfig.text().lines().toList();
    if (title.isEmpty()) {
      return lines;
    }
    String outermost = title.replaceFirst("[.,].*", "");
    return lines.stream()
        .dropWhile(line -> !line.startsWith(outermost + ":"))
        .takeWhile(line -> line.startsWith(outermost + ":") || !line.matches("[a-z-]+:.*"))
        .toList();
  }

  private static boolean hasComment(List<String> lines, Row<?> row) {
    Pattern key = Pattern.compile("[# ]*(?:- )?" + row.key() + ":(?: .*)?");
    for (int i = 0; i < lines.size(); i++) {
      if (key.matcher(lines.get(i)).matches() && says(lines, i, row)) {
        return true;
      }
    }
    return false;
  }

  /** What there is to say is at the end of the line, or in the lines before it. */
  private static boolean says(List<String> lines, int at, Row<?> row) {
    int sign = lines.get(at).indexOf(" # ", 2);
    if (sign >= 0) {
      return commentFrom(lines, at, sign).equals(comment(row));
    }
    if (comment(row).isEmpty()) {
      return true;
    }
    StringBuilder before = new StringBuilder();
    for (int i = at - 1; i >= 0 && lines.get(i).matches(" *#.*"); i--) {
      before.insert(0, lines.get(i).replaceFirst(" *#", "") + " ");
    }
    String text = plain(before.toString());
    return !text.isEmpty()
        && (row.postfix().isEmpty() || text.contains("Postfix: " + row.postfix()));
  }

  private static String commentFrom(List<String> lines, int at, int sign) {
    StringBuilder text = new StringBuilder(lines.get(at).substring(sign + 3));
    for (int i = at + 1; i < lines.size(); i++) {
      var more = CONTINUATION.matcher(lines.get(i));
      if (!more.matches()) {
        break;
      }
      text.append(' ').append(more.group(1));
    }
    return plain(text.toString());
  }

  private static String plain(String text) {
    return text.strip().replaceAll("\\s+", " ").replace("; Postfix:", " Postfix:");
  }

  private static String comment(Row<?> row) {
    String postfix = row.postfix().isEmpty() ? "" : "Postfix: " + row.postfix();
    return (row.meaning() + " " + postfix).strip();
  }
}
