package org.miltergate.it.packages;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.miltergate.it.command.Program;
import org.miltergate.it.packages.Packages.Ended;
import org.miltergate.it.smtp.SmtpDialogue;
import org.miltergate.peers.process.Programs;

/** The tar.gz, unpacked anywhere. */
@Timeout(120)
class TarballIT {
  @TempDir Path temporary;
  private Path home;

  @BeforeEach
  void unpack() throws Exception {
    Path folder = Files.createDirectory(temporary.resolve("a folder")); // a blank must do no harm
    Ended unpacked =
        Packages.run(
            folder,
            Map.of(),
            List.of(Programs.require("tar").toString(), "-xzf", Packages.tarball().toString()));
    assertThat(unpacked).isEqualTo(new Ended(0, ""));
    try (Stream<Path> top = Files.list(folder)) {
      home = top.toList().getFirst();
    }
    assertThat(home.getFileName().toString()).startsWith("miltergate-");
  }

  private List<String> command(String... arguments) {
    List<String> command = new ArrayList<>(List.of(home.resolve("bin/miltergate").toString()));
    command.addAll(List.of(arguments));
    return command;
  }

  private Ended miltergate(Map<String, String> environment, String... arguments)
      throws IOException, InterruptedException {
    return Packages.run(temporary, environment, command(arguments));
  }

  @Test
  void tellsItsVersionAndItsCommands() throws Exception {
    assertThat(miltergate(Packages.java(), "--version").output())
        .isEqualTo(home.getFileName().toString().replaceFirst("-", " ") + "\n");
    assertThat(miltergate(Packages.java(), "--help").output()).contains("run ", "password ");
  }

  @Test
  void shipsConfigurationsWithoutProblems() throws Exception {
    Map<String, String> environment =
        Map.of(
            "JAVA_HOME",
            System.getProperty("java.home"),
            "STATE_DIRECTORY",
            temporary.resolve("state").toString());
    for (String file :
        List.of("etc/miltergate.yaml", "share/doc/miltergate/miltergate.example.yaml")) {
      String path = home.resolve(file).toString();

      assertThat(miltergate(environment, "config", "check", "--config", path))
          .isEqualTo(new Ended(0, path + ": no problems\n"));
    }
  }

  @Test
  void takesAMessage() throws Exception {
    String settings = Files.readString(home.resolve("etc/miltergate.yaml"));
    Files.writeString(
        temporary.resolve("miltergate.yaml"),
        settings.replace(":2525", ":0") + "client-names: {lookup: false}\n");
    Map<String, String> environment =
        Map.of(
            "JAVA_HOME", System.getProperty("java.home"), "STATE_DIRECTORY", temporary.toString());
    try (Program program =
        Program.start(temporary, environment, command("run", "-c", "miltergate.yaml"))) {
      try (SmtpDialogue client = SmtpDialogue.connect(program.address())) {
        byte[] message = "Subject: hello\r\n\r\nHello.\r\n".getBytes(StandardCharsets.US_ASCII);
        assertThat(client.deliver("a@client.test", List.of("b@example.org"), message).code())
            .isEqualTo(250);
      }
      program.terminate();

      assertThat(program.status()).isZero();
    }
    try (Stream<Path> mail = Files.list(temporary.resolve("mail/new"))) {
      assertThat(mail).hasSize(1);
    }
  }

  @Test
  void withoutAJavaThatIsNewEnoughItSaysWhatItNeeds() throws Exception {
    Path old = Files.createDirectories(temporary.resolve("old/bin")).resolve("java");
    Files.writeString(old, "#!/bin/sh\nexit 9\n");
    assertThat(old.toFile().setExecutable(true)).isTrue();
    Files.writeString(temporary.resolve("old/release"), "JAVA_VERSION=\"17.0.9\"\n");
    Path none =
        Files.writeString(
            temporary.resolve("none.sh"),
            "find_jdk() { echo ' none'; return 1; }\nfeature_version() { echo 0; }\n");

    assertThat(miltergate(Map.of("MILTERGATE_JAVA", "/nonexistent/java"), "--version"))
        .isEqualTo(
            new Ended(
                1, "miltergate: MILTERGATE_JAVA is '/nonexistent/java', which cannot be run\n"));
    assertThat(miltergate(Map.of("MILTERGATE_JAVA", old.toString()), "--version"))
        .isEqualTo(
            new Ended(
                1,
                "miltergate: MILTERGATE_JAVA is '%s', version 17; set it to 21 or newer\n"
                    .formatted(old)));
    assertThat(miltergate(Map.of("MILTERGATE_JDK_SH", none.toString()), "--version"))
        .satisfies(ended -> assertThat(ended.status()).isEqualTo(1))
        .satisfies(ended ->
            assertThat(ended.output())
                .startsWith("miltergate: needs Java 21 or newer, a JRE is enough; found: none.")
                .contains("openjdk-21-jre-headless", "JAVA_HOME"));
  }

  @Test
  void completesCommandsAndOptions() throws Exception {
    String script = home.resolve("share/bash-completion/completions/miltergate").toString();
    String complete =
        """
        source "$0"
        try() {
          COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); COMPREPLY=(); COMP_TYPE=9
          _complete_miltergate 2>/dev/null # compopt is for a shell that completes
          echo "${COMPREPLY[@]}"
        }
        try miltergate pass
        try miltergate config ch
        try miltergate run --conf
        """;

    Ended completed =
        Packages.run(
            temporary,
            Map.of(),
            List.of(Programs.require("bash").toString(), "-c", complete, script));

    assertThat(completed.output().lines().map(String::strip))
        .containsExactly("password", "check", "--config");
  }

  @Test
  void hasAManPageThatGroffTakesWithoutAWarning() throws Exception {
    Path page = home.resolve("share/man/man1/miltergate.1");
    List<String> groff = List.of(Programs.require("groff").toString(), "-man", "-ww", "-z");
    List<String> command = new ArrayList<>(groff);
    command.add(page.toString());

    assertThat(Packages.run(temporary, Map.of(), command)).isEqualTo(new Ended(0, ""));
    assertThat(Files.readString(page).replace("\\-", "-"))
        .contains(".SS miltergate config check", "--iterations", ".SH EXIT STATUS");
  }

  /** What people would miss, and what only a build needs. */
  @Test
  void holdsWhatAnInstallationNeedsAndNoMore() throws Exception {
    try (Stream<Path> files = Files.walk(home)) {
      List<String> names = files.map(file -> home.relativize(file).toString()).toList();
      assertThat(names)
          .contains(
              "lib/jdk.sh",
              "share/systemd/miltergate.service",
              "share/systemd/miltergate.sysusers",
              "share/doc/miltergate/README.md",
              "share/doc/miltergate/LICENSE",
              "share/doc/miltergate/docs/configuration.md")
          .anyMatch(name -> name.matches("lib/miltergate-app-.*\\.jar"))
          .noneMatch(name -> name.matches(".*(junit|assertj|milter-test).*"));
    }
  }
}
