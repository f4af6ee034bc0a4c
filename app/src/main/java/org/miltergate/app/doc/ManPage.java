package org.miltergate.app.doc;

import static java.util.stream.Collectors.joining;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * A man page of a command with all its subcommands, in the macros of {@code man(7)}.
 *
 * <p>Not thread-safe; made and used once.
 */
final class ManPage {
  private final StringBuilder page = new StringBuilder();

  private ManPage() {}

  /**
   * Returns the page, for section 1.
   *
   * @param version of the product, for the foot of the page
   */
  static String of(CommandSpec command, String version) {
    ManPage page = new ManPage();
    page.write(command, version);
    return page.page.toString();
  }

  private void write(CommandSpec command, String version) {
    line(
        ".TH "
            + command.name().toUpperCase(Locale.ROOT)
            + " 1 \"\" \"miltergate "
            + version
            + "\" \"Miltergate\"");
    section("NAME");
    text(command.name() + " - " + plain(command.usageMessage().description()));
    section("SYNOPSIS");
    synopsis(command);
    subcommands(command).forEach(this::synopses);
    section("OPTIONS");
    options(command);
    section("COMMANDS");
    subcommands(command).forEach(this::describe);
    section("EXIT STATUS");
    text(plain(command.usageMessage().footer()).replaceFirst("^\\s*Exit status: ", "").strip());
    section("ENVIRONMENT");
    entry("MILTERGATE_JAVA", "the program \"java\" to run with, of version 21 or newer");
    entry("JAVA_HOME", "the JDK or JRE to run with, if it is of version 21 or newer");
    entry("JAVA_OPTS", "more options for Java, after those of the launcher");
    entry("MILTERGATE_CACHE", "the directory in which \"cache\" keeps what Java learns");
    section("FILES");
    entry(
        "/etc/miltergate/miltergate.yaml",
        "the configuration of the service, where packages put it");
    section("SEE ALSO");
    text("postconf(5), systemd.service(5)");
  }

  private void synopses(CommandSpec command) {
    if (command.subcommands().isEmpty()) {
      line(".br");
      synopsis(command);
    }
    subcommands(command).forEach(this::synopses);
  }

  private void synopsis(CommandSpec command) {
    StringBuilder text = new StringBuilder(".B " + escape(command.qualifiedName()) + "\n");
    for (OptionSpec option : shown(command)) {
      String names = escape(option.longestName() + label(option));
      text.append(option.required() ? names : "[" + names + "]").append('\n');
    }
    if (!command.subcommands().isEmpty()) {
      text.append("COMMAND\n");
    }
    page.append(text);
  }

  private void describe(CommandSpec command) {
    line(".SS " + escape(command.qualifiedName()));
    text(plain(command.usageMessage().description()));
    options(command);
    subcommands(command).forEach(this::describe);
  }

  private void options(CommandSpec command) {
    for (OptionSpec option : shown(command)) {
      entry(
          Arrays.stream(option.names()).collect(joining(", ")) + label(option),
          String.join(" ", option.description())
              .replace("${DEFAULT-VALUE}", String.valueOf(option.defaultValueString())));
    }
  }

  private static String label(OptionSpec option) {
    return option.arity().max() > 0 ? "=" + option.paramLabel() : "";
  }

  private static List<OptionSpec> shown(CommandSpec command) {
    return command.options().stream().filter(option -> !option.hidden()).toList();
  }

  private static List<CommandSpec> subcommands(CommandSpec command) {
    return command.subcommands().values().stream()
        .map(CommandLine::getCommandSpec)
        .filter(sub -> !sub.usageMessage().hidden())
        .distinct()
        .toList();
  }

  private void section(String title) {
    line(".SH " + title);
  }

  private void entry(String term, String text) {
    line(".TP");
    line(".B " + escape(term));
    text(text);
  }

  private void text(String text) {
    line(escape(text));
  }

  private void line(String line) {
    page.append(line).append('\n');
  }

  private static String plain(String[] lines) {
    return Ansi.OFF.string(String.join(" ", lines)).strip();
  }

  /** A hyphen is typed as it is shown; a line that begins with a dot is no request. */
  private static String escape(String text) {
    String escaped = text.replace("\\", "\\e").replace("-", "\\-");
    return escaped.startsWith(".") || escaped.startsWith("'") ? "\\&" + escaped : escaped;
  }
}
