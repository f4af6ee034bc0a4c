package org.miltergate.gateway.auth;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.miltergate.config.auth.AuthConfig;
import org.miltergate.config.auth.PasswordHash;

class DecoySecretTest {
  private static PasswordHash shownFor(String name, Path directory) throws IOException {
    Users users =
        ConfiguredUsers.open(AuthConfig.DEFAULT.with(AuthConfig.USERS, List.of()), directory);
    return StoredUsers.decoy(users.hashes().orElseThrow(), name);
  }

  @Test
  void unknownUserHasTheSameSaltAfterARestart(@TempDir Path directory) throws IOException {
    PasswordHash first = shownFor("nobody", directory.resolve("state"));
    Path file = directory.resolve("state").resolve(DecoySecret.FILE);

    assertThat(shownFor("nobody", directory.resolve("state"))).isEqualTo(first);
    assertThat(shownFor("somebody", directory.resolve("state")).salt()).isNotEqualTo(first.salt());
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file.getParent())))
        .isEqualTo("rwx------");
    assertThat(directory.resolve("state")).isDirectoryContaining(file::equals);
  }

  @Test
  void anotherSecretIsAnotherSalt(@TempDir Path directory) throws IOException {
    assertThat(shownFor("nobody", directory.resolve("a")).salt())
        .isNotEqualTo(shownFor("nobody", directory.resolve("b")).salt());
  }

  @Test
  void fileThatIsCutOffIsReplaced(@TempDir Path directory) throws IOException {
    Files.write(directory.resolve(DecoySecret.FILE), new byte[7]);

    PasswordHash shown = shownFor("nobody", directory);

    assertThat(Files.size(directory.resolve(DecoySecret.FILE))).isEqualTo(32);
    assertThat(shownFor("nobody", directory)).isEqualTo(shown);
  }
}
