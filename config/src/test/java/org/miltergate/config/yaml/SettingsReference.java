package org.miltergate.config.yaml;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.miltergate.config.GatewayConfig;
import org.miltergate.config.ProductVersion;
import org.miltergate.config.setting.Detail;
import org.miltergate.config.setting.Key;
import org.miltergate.config.setting.RecordForm;
import org.miltergate.config.setting.Row;
import org.miltergate.config.setting.Settings;

/** All settings as tables in Markdown, made of the rows of their records. */
final class SettingsReference {
  private SettingsReference() {}

  /**
   * A mapping of the document.
   *
   * @param title its path, and its kind if there are several at the path
   */
  record Section(String title, RecordForm<?> form) {}

  /** Returns the mappings of a document, the outermost first. */
  static List<Section> sections() {
    List<Section> sections = new ArrayList<>();
    collect("", "", GatewayConfig.FORM, sections);
    return sections;
  }

  private static <S extends Settings<S>> void collect(
      String path, String kind, RecordForm<S> form, List<Section> sections) {
    sections.add(new Section(path + kind, form));
    for (Key<S, ?> key : form.keys()) {
      List<RecordForm<?>> mappings = key.row().form().mappings();
      for (RecordForm<?> mapping : mappings) {
        String name = mapping.defaults().getClass().getSimpleName();
        collect(
            path.isEmpty() ? key.name() : path + "." + key.name(),
            mappings.size() == 1 ? "" : ", " + name,
            mapping,
            sections);
      }
    }
  }

  /** Returns a heading and a table for each mapping. */
  static String markdown() {
    return sections().stream().map(SettingsReference::markdown).collect(Collectors.joining("\n"));
  }

  private static String markdown(Section section) {
    String heading = section.title().isEmpty() ? "The outermost keys" : "`" + section.title() + "`";
    return "### "
        + heading
        + "\n\n| Key | Default | Values | Postfix | Meaning |\n|---|---|---|---|---|\n"
        + rows(section.form());
  }

  private static <S extends Settings<S>> String rows(RecordForm<S> form) {
    return form.keys().stream()
        .map(key -> row(key, form.defaults()))
        .collect(Collectors.joining("\n", "", "\n"));
  }

  private static <S extends Settings<S>> String row(Key<S, ?> key, S defaults) {
    Row<?> row = key.row();
    return "| `%s` | %s | %s | %s | %s |"
        .formatted(
            row.key(),
            row.isRequired() ? "required" : usual(key.tree(defaults, Detail.CHANGED)),
            values(row),
            row.postfix().isEmpty() ? "–" : row.postfix(),
            row.meaning());
  }

  private static String values(Row<?> row) {
    if (!row.form().range().isEmpty()) {
      return row.form().range();
    }
    return row.form().mappings().isEmpty() ? row.form().wanted() : "see below";
  }

  private static String usual(Object tree) {
    return switch (tree) {
      case String text when text.isEmpty() -> "`\"\"`";
      case List<?> list ->
          list.stream().map(SettingsReference::entry).collect(Collectors.joining(", ", "`[", "]`"));
      case Map<?, ?> map -> "–";
      default -> "`" + tree.toString().replace(ProductVersion.current(), "VERSION") + "`";
    };
  }

  private static String entry(Object entry) {
    return entry instanceof Map<?, ?> map
        ? map.entrySet().stream()
            .map(member -> member.getKey() + ": " + member.getValue())
            .collect(Collectors.joining(", ", "{", "}"))
        : entry.toString();
  }
}
