package org.miltergate.app.doc;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.miltergate.app.Main;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;

class ManPageTest {
  @Test
  void hasEveryCommandAndOption() {
    CommandSpec main = Main.commandLine().getCommandSpec();

    String page = ManPage.of(main, "1.2").replace("\\-", "-");

    List<String> commands = new ArrayList<>();
    collect(main, commands);
    assertThat(commands).contains("miltergate run", "miltergate config check");
    assertThat(page)
        .startsWith(".TH MILTERGATE 1 \"\" \"miltergate 1.2\" ")
        .contains(commands)
        .contains(
            ".B -c, --config=FILE", "4096 to 1000000; default 15000", ".SH EXIT STATUS\n0 success");
  }

  private static void collect(CommandSpec command, List<String> names) {
    names.add(command.qualifiedName());
    command.options().forEach(option -> names.addAll(List.of(option.names())));
    command.subcommands().values().forEach(sub -> collect(sub.getCommandSpec(), names));
  }

  @Test
  void whatRoffWouldTakeForARequestIsText() {
    @Command(name = "odd", description = ".so /etc/passwd \\n")
    class Odd {
      @SuppressWarnings("UnusedVariable") // by picocli
      @Option(names = "--x", description = "'quoted' and 1-2")
      boolean x;
    }

    assertThat(ManPage.of(new CommandLine(new Odd()).getCommandSpec(), "1"))
        .contains("odd \\- .so /etc/passwd \\en\n", "\n\\&'quoted' and 1\\-2\n");
  }

  @Test
  void isWrittenWithTheCompletionOfAllCommands(@TempDir Path directory) throws Exception {
    Documents.main(new String[] {directory.toString()});

    assertThat(directory.resolve("share/man/man1/miltergate.1")).isNotEmptyFile();
    assertThat(Files.readString(directory.resolve("share/bash-completion/completions/miltergate")))
        .contains("complete -F", "--config", "password");
  }
}
