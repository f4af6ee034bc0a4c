package org.miltergate.it.packages;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.miltergate.config.ProductVersion;
import org.miltergate.it.packages.Packages.Ended;
import org.miltergate.it.smtp.SmtpDialogue;
import org.miltergate.milter.test.ScriptedMilter;

/**
 * Applications of others, {@code src/embedding}, built by Maven from the jars and POMs that were
 * packaged.
 */
class EmbeddingIT {
  private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

  private static final Pattern ARTIFACT =
      Pattern.compile("</parent>\\s*<artifactId>([^<]+)</artifactId>");

  @TempDir Path temporary;

  /** Lays out a Maven repository with what was packaged alone. */
  private Path repository() throws IOException {
    Path repository = Files.createDirectory(temporary.resolve("repository"));
    publish(repository, "miltergate", ROOT.resolve("pom.xml"), "pom");
    try (DirectoryStream<Path> modules =
        Files.newDirectoryStream(ROOT, module -> Files.exists(module.resolve("pom.xml")))) {
      for (Path module : modules) {
        Path pom = module.resolve("pom.xml");
        Matcher artifact = ARTIFACT.matcher(Files.readString(pom));
        assertThat(artifact.find()).as("artifactId after the parent in %s", pom).isTrue();
        String name = artifact.group(1);
        Path jar = module.resolve("target").resolve(name + "-" + ProductVersion.current() + ".jar");
        if (Files.exists(jar)) {
          publish(repository, name, pom, "pom");
          publish(repository, name, jar, "jar");
        }
      }
    }
    return repository;
  }

  private static void publish(Path repository, String name, Path file, String type)
      throws IOException {
    String version = ProductVersion.current();
    Path folder =
        Files.createDirectories(
            repository.resolve("org/miltergate").resolve(name).resolve(version));
    Files.copy(file, folder.resolve(name + "-" + version + "." + type));
  }

  private Path build(String application) throws IOException, InterruptedException {
    Path copy = temporary.resolve(application);
    Path source = Path.of("src/embedding").resolve(application);
    try (Stream<Path> files = Files.walk(source)) {
      for (Path file : files.toList()) {
        Files.copy(
            file,
            copy.resolve(source.relativize(file).toString()),
            StandardCopyOption.REPLACE_EXISTING);
      }
    }
    Ended built =
        Packages.run(
            copy,
            Map.of(
                "JAVA_HOME",
                System.getProperty("java.home"),
                "HOME",
                System.getProperty("user.home")),
            List.of(
                ROOT.resolve("mvnw").toString(),
                "-q",
                "-B",
                "-o",
                "-Dmaven.repo.local=" + repository(),
                "-Dmaven.repo.local.tail=" + System.getProperty("maven.repo"),
                "-Dmiltergate.version=" + ProductVersion.current(),
                "process-classes"));
    assertThat(built.status()).as(built.output()).isZero();
    return copy.resolve("target");
  }

  @ParameterizedTest
  @ValueSource(strings = {"subethasmtp", "james"})
  void serversOfOthersHaveMilters(String application) throws Exception {
    Path target = build(application);
    Path err = temporary.resolve("err");
    Path delivered = temporary.resolve("delivered");
    try (ScriptedMilter milter =
        ScriptedMilter.builder().on("EOM", "ADDHEADER X-Seen|yes", "CONTINUE").start()) {
      Process process =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-cp",
                  target.resolve("classes") + ":" + target.resolve("lib") + "/*",
                  "example.Example",
                  milter.address().toString(),
                  delivered.toString())
              .redirectError(err.toFile())
              .start();
      try (BufferedReader out = process.inputReader()) {
        deliver(portOf(out, err));
        process.getOutputStream().close();

        assertThat(process.waitFor()).as(Files.readString(err)).isZero();
      } finally {
        process.destroyForcibly();
      }
    }

    assertThat(Files.readString(delivered)).contains("X-Seen: yes\r\n", "\r\n\r\nHello.\r\n");
  }

  private static int portOf(BufferedReader out, Path err) throws IOException {
    String line = String.valueOf(out.readLine());
    assertThat(line).as(Files.readString(err)).startsWith("port ");
    return Integer.parseInt(line.substring("port ".length()));
  }

  private static void deliver(int port) throws IOException {
    try (SmtpDialogue client = SmtpDialogue.connect(new InetSocketAddress("127.0.0.1", port))) {
      byte[] message = "Subject: hello\r\n\r\nHello.\r\n".getBytes(StandardCharsets.US_ASCII);
      assertThat(client.deliver("a@client.test", List.of("b@example.org"), message).code())
          .isEqualTo(250);
    }
  }

  @Test
  void aGatewayInAnApplicationNeedsItsExportedPackagesAndNoLoggingLibrary() throws Exception {
    Path target = build("gateway");
    Path err = temporary.resolve("err");
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--module-path",
                target.resolve("classes") + ":" + target.resolve("lib"),
                "--module",
                "example/example.Example",
                temporary.toString())
            .redirectError(err.toFile())
            .start();
    try (BufferedReader out = process.inputReader()) {
      deliver(portOf(out, err));
      process.getOutputStream().close();

      assertThat(process.waitFor()).isZero();
    } finally {
      process.destroyForcibly();
    }
    try (Stream<Path> mail = Files.list(temporary.resolve("mail/new"))) {
      assertThat(mail).hasSize(1);
    }
    try (Stream<Path> jars = Files.list(target.resolve("lib"))) {
      assertThat(jars.map(jar -> jar.getFileName().toString()))
          .noneMatch(jar -> jar.matches("(logback|picocli|java-diff-utils|milter-server).*"));
    }
  }
}
