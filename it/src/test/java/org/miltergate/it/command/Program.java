package org.miltergate.it.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;

/** One run of the program in its own process, with its own working directory. Not thread-safe. */
public final class Program implements AutoCloseable {
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final Pattern LISTENING =
      Pattern.compile("^miltergate: listening on 127\\.0\\.0\\.1:(\\d+)$", Pattern.MULTILINE);

  private final Process process;
  private final Path out;
  private final Path err;

  private Program(Process process, Path out, Path err) {
    this.process = process;
    this.out = out;
    this.err = err;
  }

  static Program start(Path directory, String... arguments) throws IOException {
    return start(directory, Map.of(), arguments);
  }

  /**
   * As above.
   *
   * @param environment what differs from that of the tests
   */
  static Program start(Path directory, Map<String, String> environment, String... arguments)
      throws IOException {
    return start(directory, environment, command(arguments));
  }

  /** As above, by another command than that of the class path. */
  public static Program start(Path directory, Map<String, String> environment, List<String> command)
      throws IOException {
    Path out = directory.resolve("out.txt");
    Path err = directory.resolve("err.txt");
    ProcessBuilder process =
        new ProcessBuilder(command)
            .directory(directory.toFile())
            .redirectOutput(out.toFile())
            .redirectError(err.toFile());
    process.environment().putAll(environment);
    return new Program(process.start(), out, err);
  }

  /** Returns the command that runs it. */
  static List<String> command(String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.add("-Dlogback.configurationFile=logback.xml"); // not one of the tests
    command.add("org.miltergate.app.Main");
    command.addAll(List.of(arguments));
    return command;
  }

  /** Waits until it says where it listens. */
  public InetSocketAddress address() throws IOException {
    int port =
        Awaitility.await()
            .atMost(LIMIT)
            .pollInterval(Duration.ofMillis(20))
            .until(this::listening, found -> found > 0 || !process.isAlive());
    assertThat(port).as("port, standard error is: %s", err()).isPositive();
    return new InetSocketAddress("127.0.0.1", port);
  }

  private int listening() throws IOException {
    Matcher matcher = LISTENING.matcher(out());
    return matcher.find() ? Integer.parseInt(matcher.group(1)) : 0;
  }

  long pid() {
    return process.pid();
  }

  String out() throws IOException {
    return Files.readString(out);
  }

  String err() throws IOException {
    return Files.readString(err);
  }

  /** Waits until it has printed {@code text}. */
  void awaitText(String text) {
    Awaitility.await()
        .atMost(LIMIT)
        .pollInterval(Duration.ofMillis(20))
        .until(() -> out().contains(text));
  }

  /** Gives it all that it will ever read. */
  void type(String text) throws IOException {
    try (OutputStream input = process.getOutputStream()) {
      input.write(text.getBytes(StandardCharsets.UTF_8));
    }
  }

  public void terminate() {
    process.destroy();
  }

  /** Waits for the end and returns the exit status. */
  public int status() throws InterruptedException {
    assertThat(process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)).as("ended").isTrue();
    return process.exitValue();
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
