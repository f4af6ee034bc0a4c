package org.miltergate.peers;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.miltergate.peers.process.Programs;

/**
 * A program that runs to its end within a minute and prints what it saw.
 *
 * @param status with which it ended
 * @param output standard output and standard error, in the order in which they came
 */
public record Tool(int status, String output) {
  private static final long LIMIT_SECONDS = 60;

  /** Runs a program of the system. */
  public static Tool run(Path folder, String program, Object... arguments) throws IOException {
    return runWithInput(folder, "", program, arguments);
  }

  /** Runs a program of the system that reads this from its standard input. */
  public static Tool runWithInput(Path folder, String input, String program, Object... arguments)
      throws IOException {
    List<String> command = new ArrayList<>(List.of(Programs.require(program).toString()));
    for (Object argument : arguments) {
      command.add(argument.toString());
    }
    ProcessBuilder builder =
        new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true);
    builder.environment().put("HOME", folder.toString());
    builder.environment().put("LC_ALL", "C");
    Process process = builder.start();
    Thread.startVirtualThread(() -> endLater(process));
    try (OutputStream to = process.getOutputStream()) {
      to.write(input.getBytes(StandardCharsets.ISO_8859_1));
    } catch (IOException e) {
      // It has ended already; what it printed tells why.
    }
    StringBuilder output = new StringBuilder();
    try (BufferedReader from =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.ISO_8859_1))) {
      for (String line = from.readLine(); line != null; line = from.readLine()) {
        output.append(line).append('\n');
      }
      return new Tool(process.waitFor(), output.toString());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    } finally {
      process.destroyForcibly();
    }
  }

  private static void endLater(Process process) {
    try {
      if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
