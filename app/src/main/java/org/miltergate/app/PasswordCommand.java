package org.miltergate.app;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.miltergate.config.auth.PasswordHash;
import org.miltergate.gateway.auth.Passwords;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Generates the hash of a password. */
@Command(
    name = "password",
    description =
        "Prints the hash of a password, for auth.users or a line of auth.users-file. "
            + "Asks for the password on the terminal, or reads one line of standard input; it "
            + "is never an argument, since others can see those.",
    mixinStandardHelpOptions = true)
final class PasswordCommand implements Callable<Integer> {
  @Option(
      names = {"-u", "--user"},
      paramLabel = "NAME",
      description = "prints NAME:hash, a line of a users file")
  private Optional<String> user = Optional.empty();

  @Option(
      names = "--iterations",
      paramLabel = "N",
      defaultValue = "" + Passwords.DEFAULT_ITERATIONS,
      description = "rounds of PBKDF2, 4096 to 1000000; default ${DEFAULT-VALUE}")
  private int iterations;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws Exception {
    if (iterations < 4096 || iterations > 1_000_000) {
      throw wrong("--iterations: " + iterations + " is not from 4096 to 1000000");
    }
    user.ifPresent(this::checkUser);
    PasswordHash hash = hash(PasswordInput.read());
    PrintWriter out = spec.commandLine().getOut();
    out.println(user.map(name -> name + ":").orElse("") + hash.text());
    out.flush();
    return 0;
  }

  private void checkUser(String name) {
    if (name.isBlank() || name.startsWith("#") || !name.matches("[^:\\p{Cntrl}]{1,255}")) {
      throw wrong("--user: write 1 to 255 characters, no colon, and no # in front");
    }
  }

  private ParameterException wrong(String text) {
    return new ParameterException(spec.commandLine(), text);
  }

  private PasswordHash hash(String password) throws IOException {
    try {
      return Passwords.hash(password, iterations);
    } catch (IllegalArgumentException e) {
      throw new IOException("the password " + e.getMessage(), e);
    }
  }
}
