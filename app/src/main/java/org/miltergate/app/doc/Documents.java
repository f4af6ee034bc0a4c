package org.miltergate.app.doc;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.miltergate.app.Main;
import org.miltergate.config.ProductVersion;
import org.miltergate.config.yaml.ExampleConfig;
import picocli.AutoComplete;
import picocli.CommandLine;

/** Writes the man page, the completion script and the example configuration; the build calls it. */
public final class Documents {
  private Documents() {}

  /** Writes them below the directory that the argument names, each where {@code share} has it. */
  public static void main(String[] arguments) throws IOException {
    Path root = Path.of(arguments[0]);
    CommandLine command = Main.commandLine();
    String name = command.getCommandName();
    write(
        root.resolve("share/man/man1/" + name + ".1"),
        ManPage.of(command.getCommandSpec(), ProductVersion.current()));
    write(root.resolve("share/doc/" + name + "/" + name + ".example.yaml"), ExampleConfig.text());
    write(
        root.resolve("share/bash-completion/completions/" + name),
        AutoComplete.bash(name, command));
  }

  private static void write(Path file, String text) throws IOException {
    Files.createDirectories(file.toAbsolutePath().getParent());
    Files.writeString(file, text);
  }
}
