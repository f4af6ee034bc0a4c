package org.miltergate.bench.process;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A copy of the built program, with its launcher but without its sources.
 *
 * @param folder with the launcher in it
 */
public record Installation(Path folder) {
  private static final String LAUNCHER = "miltergate";
  private static final Path APP = Path.of("app/target/app");
  private static final Path SCRIPT = Path.of("dist/src/main/bin/miltergate");
  private static final Path JDK = Path.of(".mvn/jdk.sh");
  private static final int PATIENCE_SECONDS = 60;
  private static final String CONFIGURATION =
      """
      hostname: mx.test
      listeners:
        - address: 127.0.0.1:0
      """;

  /**
   * Copies the program.
   *
   * @param root of the project
   * @throws IOException if it was not built
   */
  public static Installation copy(Path root, Path folder) throws IOException {
    Files.createDirectories(folder.resolve(APP));
    Files.createDirectories(folder.resolve(JDK).getParent());
    Files.copy(root.resolve(LAUNCHER), folder.resolve(LAUNCHER));
    Files.copy(root.resolve(JDK), folder.resolve(JDK));
    Files.createDirectories(folder.resolve(SCRIPT).getParent());
    Files.copy(root.resolve(SCRIPT), folder.resolve(SCRIPT));
    try (DirectoryStream<Path> jars = Files.newDirectoryStream(root.resolve(APP), "*.jar")) {
      for (Path jar : jars) {
        Files.copy(jar, folder.resolve(APP).resolve(jar.getFileName()));
      }
    } catch (NoSuchFileException e) {
      throw new IOException("the program is not built: run ./miltergate --version first", e);
    }
    Files.writeString(folder.resolve(APP).resolve(".built"), "");
    Files.writeString(folder.resolve("miltergate.yaml"), CONFIGURATION);
    return new Installation(folder);
  }

  /** Makes Java's cache. */
  public void makeCache() throws IOException, InterruptedException {
    Process process = launch("cache");
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() != 0) {
      throw new IOException("no cache: " + said);
    }
  }

  /**
   * Starts the program, ends it, and returns the milliseconds until it reported that it listens.
   */
  public double start() throws IOException, InterruptedException {
    long begin = System.nanoTime();
    Process process = launch("run", "--config", "miltergate.yaml");
    try (BufferedReader out = process.inputReader()) {
      List<String> said = new ArrayList<>();
      for (String line = out.readLine(); line != null; line = out.readLine()) {
        if (line.contains("listening on")) {
          return (System.nanoTime() - begin) / 1e6;
        }
        said.add(line);
      }
      throw new IOException("it ended at once: " + said);
    } finally {
      process.destroy();
      if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    }
  }

  private Process launch(String... arguments) throws IOException {
    List<String> command = new ArrayList<>(List.of(folder.resolve(LAUNCHER).toString()));
    Collections.addAll(command, arguments);
    ProcessBuilder builder =
        new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true);
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    builder.environment().remove("MILTERGATE_JAVA");
    return builder.start();
  }
}
