package org.miltergate.gateway.auth;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.miltergate.config.auth.AuthConfig;
import org.miltergate.config.auth.PasswordHash;
import org.miltergate.config.auth.UserConfig;
import org.miltergate.milter.bytes.Bytes;

/** The users of a configuration and of its users file. Thread-safe. */
public final class ConfiguredUsers {
  private ConfiguredUsers() {}

  /**
   * Creates users of a configuration.
   *
   * @param stateDirectory keeps what must survive a restart
   * @throws IOException if the users file cannot be read or is malformed, the state directory
   *     cannot be written, or two users have names that are equal by RFC 4013
   */
  public static Users open(AuthConfig config, Path stateDirectory) throws IOException {
    UserTable table = table(config);
    Optional<Path> file = config.usersFile();
    PasswordHashes all = file.isPresent() ? new Both(table, UsersFile.open(file.get())) : table;
    return Users.of(new Lasting(all, DecoySecret.of(stateDirectory)));
  }

  /**
   * Reads the same files as {@link #open}, and writes nothing.
   *
   * @throws IOException as {@link #open}, except for the state directory
   */
  public static void check(AuthConfig config) throws IOException {
    table(config);
    Optional<Path> file = config.usersFile();
    if (file.isPresent()) {
      UsersFile.open(file.get());
    }
  }

  private record Lasting(PasswordHashes hashes, Bytes decoySecret) implements PasswordHashes {
    @Override
    public Optional<PasswordHash> find(String name) throws IOException {
      return hashes.find(name);
    }

    @Override
    public PasswordHash model(int choice) {
      return hashes.model(choice);
    }
  }

  private static UserTable table(AuthConfig config) throws IOException {
    UserTable.Builder table = new UserTable.Builder();
    for (UserConfig user : config.users()) {
      try {
        table.add(user.name(), user.password());
      } catch (IllegalArgumentException e) {
        throw new IOException("auth.users: " + e.getMessage(), e);
      }
    }
    return table.build();
  }

  private record Both(UserTable configured, UsersFile file) implements PasswordHashes {
    @Override
    public Optional<PasswordHash> find(String name) {
      return configured.find(name).or(() -> file.find(name));
    }

    @Override
    public PasswordHash model(int choice) {
      int all = configured.size() + file.size();
      return all > 0 && choice % all < configured.size()
          ? configured.model(choice)
          : file.model(choice);
    }
  }
}
