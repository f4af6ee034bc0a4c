package org.miltergate.gateway.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Directories are made where they are missing, but not under a missing mount. Devices are told by
 * name here: to mount takes rights that a test does not have.
 */
class FoldersTest {
  private static final long ROOT = 1;
  private static final long DISK = 2;
  private static final List<String> NAMES = List.of("new", "cur");

  @TempDir Path directory;
  private final List<Path> mounts = new ArrayList<>();
  private Path mail;

  @BeforeEach
  void mount() throws IOException {
    mail = Files.createDirectory(directory.resolve("disk")).resolve("mail");
    mounts.add(directory.resolve("disk"));
  }

  private Folders open() throws IOException {
    return Folders.open(
        directory.resolve("spool"),
        path -> {
          Files.size(path); // has to be there
          return mounts.stream().anyMatch(path::startsWith) ? DISK : ROOT;
        });
  }

  @Test
  void makesWhatIsMissingAndWhatIsAbove() throws Exception {
    open().make(directory.resolve("a/b/c"), NAMES, Access.PRIVATE);

    assertThat(directory.resolve("a/b/c/new")).isDirectory();
    assertThat(directory.resolve("a/b/c/cur")).isDirectory();
  }

  @Test
  void makesAgainWhatSomebodyRemovedOnTheSameDevice() throws Exception {
    open().make(mail, NAMES, Access.PRIVATE);
    for (String name : NAMES) {
      Files.delete(mail.resolve(name));
    }
    Files.delete(mail);

    open().make(mail, NAMES, Access.PRIVATE);

    assertThat(mail.resolve("new")).isDirectory();
  }

  @Test
  void makesNothingUnderAMissingMount() throws Exception {
    Folders running = open();
    running.make(mail, NAMES, Access.PRIVATE);
    unmount();

    for (Folders folders : List.of(running, open())) {
      assertThatThrownBy(() -> folders.make(mail, NAMES, Access.PRIVATE))
          .isInstanceOf(IOException.class)
          .hasMessageContaining(mail.toString())
          .hasMessageContaining("was on another file system before; mount that");
    }
    assertThat(mail).doesNotExist();
  }

  @Test
  void makesNothingInTheEmptyMountPoint() throws Exception {
    open().make(directory.resolve("disk"), NAMES, Access.PRIVATE);
    unmount();

    assertThatThrownBy(() -> open().make(directory.resolve("disk"), NAMES, Access.PRIVATE))
        .hasMessageContaining("was on another file system before");
    assertThat(directory.resolve("disk")).isEmptyDirectory();
  }

  @Test
  void takesWhatSomebodyMadeElsewhereAndRemembersThat() throws Exception {
    open().make(mail, NAMES, Access.PRIVATE);
    unmount();
    for (String name : NAMES) {
      Files.createDirectories(mail.resolve(name));
    }

    open().make(mail, NAMES, Access.PRIVATE);
    Files.delete(mail.resolve("new"));
    open().make(mail, NAMES, Access.PRIVATE);

    assertThat(mail.resolve("new")).isDirectory();
  }

  @Test
  void memoryThatIsDamagedIsPassedOver() throws Exception {
    Files.createDirectories(directory.resolve("spool"));
    Files.write(
        directory.resolve("spool/devices"),
        "x\n99999999999999999999 /a\n\0\n1 /\0\n".getBytes(StandardCharsets.UTF_8));

    open().make(mail, NAMES, Access.PRIVATE);

    assertThat(mail.resolve("new")).isDirectory();
  }

  @Test
  void realDevicesAreRemembered() throws Exception {
    Folders.open(directory.resolve("spool")).make(mail, NAMES, Access.PRIVATE);

    assertThat(directory.resolve("spool/devices"))
        .content()
        .isEqualTo(Files.getAttribute(mail, "unix:dev") + " " + mail + "\n");
  }

  /** What was on the disk is not there any more; the mount point is, empty. */
  private void unmount() throws IOException {
    mounts.clear();
    Path disk = directory.resolve("disk");
    for (Path path : List.of(disk.resolve("mail"), disk)) {
      for (String name : NAMES) {
        Files.deleteIfExists(path.resolve(name));
      }
    }
    Files.deleteIfExists(disk.resolve("mail"));
  }
}
