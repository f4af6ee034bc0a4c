package org.miltergate.it.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The script {@code ./miltergate}, in its own folder and with a java that prints its options. */
class LauncherIT {
  /** Creates the requested cache, unless the JDK is broken. */
  private static final String JAVA =
      """
      #!/bin/sh
      echo "java $*"
      for option in "$@"; do
        case $option in
          -XX:AOTCacheOutput=*) [ -f "$0.broken" ] || echo cache >"${option#*=}" ;;
        esac
      done
      """;

  private static final String OPTIONS = "java -Xms32m -XX:+ExitOnOutOfMemoryError ";

  @TempDir Path temporary;
  private Path root;
  private Path app;
  private Path java;

  private record Ended(int status, String output) {}

  @BeforeEach
  void install() throws IOException {
    root = Files.createDirectory(temporary.resolve("a program")); // a blank must do no harm
    Files.copy(Path.of("../miltergate"), root.resolve("miltergate"));
    Path launcher = Path.of("dist/src/main/bin/miltergate");
    Files.createDirectories(root.resolve(launcher).getParent());
    Files.copy(Path.of("..").resolve(launcher), root.resolve(launcher));
    Files.createDirectory(root.resolve(".mvn"));
    Files.copy(Path.of("../.mvn/jdk.sh"), root.resolve(".mvn/jdk.sh"));
    app = Files.createDirectories(root.resolve("app/target/app"));
    Files.writeString(app.resolve(".built"), "");
    Files.writeString(app.resolve("program.jar"), "");
    java = Files.createDirectories(temporary.resolve("jdk/bin")).resolve("java");
    Files.writeString(java, JAVA);
    Files.setPosixFilePermissions(java, PosixFilePermissions.fromString("rwxr-xr-x"));
    jdk("25.0.1");
  }

  private void jdk(String version) throws IOException {
    Files.writeString(temporary.resolve("jdk/release"), "JAVA_VERSION=\"" + version + "\"\n");
  }

  @Test
  void startsWithoutACacheWhereThereIsNone() throws Exception {
    Ended run = launch("run", "--config", "my file");

    assertThat(run)
        .isEqualTo(
            new Ended(
                0, OPTIONS + "-cp " + app + "/* org.miltergate.app.Main run --config my file\n"));
  }

  @Test
  void usesTheCacheThatItHasMade() throws Exception {
    Ended made = launch("cache");
    Ended run = launch("run");

    assertThat(made).isEqualTo(new Ended(0, "miltergate: made " + app + "/miltergate.aot\n"));
    assertThat(run.output()).startsWith(OPTIONS + "-XX:AOTCache=" + app + "/miltergate.aot -cp ");
  }

  @Test
  void usesNoCacheOfAnotherJdk() throws Exception {
    launch("cache");
    jdk("25.0.2");

    assertThat(launch("run").output()).startsWith(OPTIONS + "-cp ");
  }

  @Test
  void usesNoCacheOfAnotherProgram() throws Exception {
    launch("cache");
    Files.setLastModifiedTime(
        app.resolve("program.jar"), FileTime.from(Instant.now().plusSeconds(60)));

    assertThat(launch("run").output()).startsWith(OPTIONS + "-cp ");
  }

  @Test
  void saysWhichJdkACacheNeeds() throws Exception {
    jdk("21.0.5");

    Ended made = launch("cache");

    assertThat(made.status()).isEqualTo(1);
    assertThat(made.output())
        .isEqualTo(
            "miltergate: a cache needs a JDK of 25 or newer; %s is version 21\n"
                .formatted(temporary.toRealPath().resolve("jdk")));
  }

  @Test
  void leavesNoCacheBehindThatCouldNotBeMade() throws Exception {
    launch("cache");
    Files.writeString(Path.of(java + ".broken"), "");

    Ended made = launch("cache");

    assertThat(made.status()).isEqualTo(1);
    assertThat(made.output()).endsWith("miltergate: no cache was created\n");
    assertThat(launch("run").output()).startsWith(OPTIONS + "-cp ");
  }

  @Test
  void helpOfTheCommandIsTheProgramsOwn() throws Exception {
    assertThat(launch("cache", "--help").output()).endsWith(" cache --help\n");
  }

  /** As after an update: there are sources, and they are newer than the program. */
  private void update() throws IOException {
    Path sources = Files.createDirectories(root.resolve("milter-protocol/src/main/java"));
    Files.writeString(root.resolve("pom.xml"), "");
    for (String module : List.of("milter-client", "milter-server", "config", "smtp-gateway")) {
      Files.createDirectory(root.resolve(module));
    }
    Path changed = Files.writeString(sources.resolve("New.java"), "");
    Files.setLastModifiedTime(changed, FileTime.from(Instant.now().plusSeconds(60)));
    Files.writeString(root.resolve("mvnw"), "#!/bin/sh\necho built\n");
    Files.setPosixFilePermissions(
        root.resolve("mvnw"), PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  @Test
  void buildsAfterAnUpdate() throws Exception {
    update();

    assertThat(launch("run").output())
        .startsWith("miltergate: building, this takes a minute the first time\n" + OPTIONS);
  }

  @Test
  void aServiceStartsWhatHasBeenBuilt() throws Exception {
    update();

    Ended run = launch(Map.of("NOTIFY_SOCKET", "/run/systemd/notify"), "run");

    assertThat(run.status()).isZero();
    assertThat(run.output())
        .startsWith("miltergate: the sources in ")
        .contains(
            " are newer than the program, which is started without a build; to build it, run ",
            "/miltergate --version as a user who can write there\n" + OPTIONS);
  }

  @Test
  void aServiceThatHasNotBeenBuiltDoesNotTry() throws Exception {
    update();
    Files.delete(app.resolve(".built"));

    Ended run = launch(Map.of("NOTIFY_SOCKET", "/run/systemd/notify"), "run");

    assertThat(run.status()).as("which the unit does not restart").isEqualTo(78);
    assertThat(run.output())
        .matches(
            "miltergate: has not been built; run .*/miltergate --version as a user who can write"
                + " there\n");
  }

  private Ended launch(String... arguments) throws IOException, InterruptedException {
    return launch(Map.of(), arguments);
  }

  private Ended launch(Map<String, String> environment, String... arguments)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("sh", root.resolve("miltergate").toString()));
    command.addAll(List.of(arguments));
    Path output = temporary.resolve("output");
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
    builder.environment().put("MILTERGATE_JAVA", java.toString());
    List.of("JAVA_OPTS", "MILTERGATE_CACHE", "NOTIFY_SOCKET", "SYSTEMD_EXEC_PID")
        .forEach(builder.environment()::remove);
    builder.environment().putAll(environment);
    Process process = builder.start();
    assertThat(process.waitFor(30, TimeUnit.SECONDS)).as("ended").isTrue();
    return new Ended(process.exitValue(), Files.readString(output));
  }
}
