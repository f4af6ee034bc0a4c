package org.miltergate.gateway.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.miltergate.config.auth.PasswordHash;

class UsersFileTest {
  private static final PasswordHash HASH = Passwords.hash("secret", 4096);

  @TempDir Path directory;

  @Test
  void readsUsersAndPassesOverCommentsAndBlankLines() throws IOException {
    UsersFile users = open("# who may send\n\nalice:" + HASH.text() + "\r\nbob:" + HASH.text());

    assertThat(users.find("alice")).contains(HASH);
    assertThat(users.find("bob")).contains(HASH);
    assertThat(users.find("# who may send")).isEmpty();
    assertThat(users.size()).isEqualTo(2);
  }

  @Test
  void readsAChangedFileWhileItIsInUse() throws IOException {
    UsersFile users = open("alice:" + HASH.text());
    write("bob:" + HASH.text());

    Awaitility.await().until(() -> users.find("bob").isPresent());
    assertThat(users.find("alice")).isEmpty();
    assertThat(users.size()).isEqualTo(1);
  }

  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource({
    "alice,              'line 2: write name:hash'",
    "alice:secret,       'line 2: text is not a password hash'",
    ":HASH,              'line 2: a name is empty'",
    "nobody:HASH,        'line 2: user ''nobody'' occurs twice'",
    "n\u00adobody:HASH,  'line 2: user ''nobody'' occurs twice'",
  })
  void namesTheLineThatIsMalformed(String line, String problem) {
    String text = "nobody:HASH\n" + line;

    assertThatThrownBy(() -> open(text.replace("HASH", HASH.text())))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(file().toString())
        .hasMessageContaining(problem)
        .hasMessageNotContaining("secret")
        .hasMessageNotContaining("SCRAM-SHA-256$4096");
  }

  @Test
  void refusesLinesThatAreTooLongAndFilesThatCannotBe() throws IOException {
    assertThatThrownBy(() -> open("a".repeat(1100) + ":" + HASH.text()))
        .hasMessageContaining("line 1: write name:hash, at most 1024 characters");
    Files.write(file(), new byte[UsersFile.MAX_BYTES + 1]);
    assertThatThrownBy(() -> UsersFile.open(file())).hasMessageContaining("bytes");
    Files.write(file(), new byte[] {'a', (byte) 0xff});
    assertThatThrownBy(() -> UsersFile.open(file())).hasMessageContaining("is not UTF-8");
    Files.delete(file());
    assertThatThrownBy(() -> UsersFile.open(file())).hasMessageContaining("does not exist");
  }

  private Path file() {
    return directory.resolve("users");
  }

  private void write(String text) throws IOException {
    Files.writeString(file(), text);
  }

  private UsersFile open(String text) throws IOException {
    write(text);
    return UsersFile.open(file());
  }
}
