package org.miltergate.peers.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Assertions;
import org.opentest4j.TestAbortedException;

/**
 * Finds the programs of others that a test needs.
 *
 * <p>What is missing makes the test skipped, or failed if {@code MILTERGATE_IT_REQUIRE_PEERS} is
 * set to anything but 0.
 */
public final class Programs {
  private static final List<Path> FOLDERS =
      List.of(
          Path.of("/usr/sbin"),
          Path.of("/usr/bin"),
          Path.of("/sbin"),
          Path.of("/bin"),
          Path.of("/usr/lib/postfix/sbin"));

  private static final Path CACHE =
      Path.of(System.getProperty("user.home"), ".cache", "miltergate");

  private Programs() {}

  /** Returns the full path of a program of the system; a private Perl or Python is passed by. */
  public static Path require(String name) {
    Optional<Path> found =
        FOLDERS.stream()
            .map(folder -> folder.resolve(name))
            .filter(Files::isExecutable)
            .findFirst();
    return found.orElseThrow(() -> missing("program " + name + " is not installed"));
  }

  /** Demands a file or folder that belongs to a package. */
  public static Path requireFile(Path file) {
    if (!Files.exists(file)) {
      throw missing(file + " does not exist");
    }
    return file;
  }

  /**
   * Returns a file of a package that is not installed but unpacked into the cache folder ({@code
   * MILTERGATE_IT_DEBIAN_ROOT}, by default {@code ~/.cache/miltergate/debian}).
   */
  public static Path requireUnpacked(String debianPackage, String path) {
    String root = System.getenv("MILTERGATE_IT_DEBIAN_ROOT");
    Path folder = root != null && !root.isBlank() ? Path.of(root) : CACHE.resolve("debian");
    return requireFile(folder.resolve(debianPackage).resolve(path));
  }

  /** Returns a folder for what is slow to make and may be used again by later test runs. */
  public static Path cacheFolder(String name) throws IOException {
    return Files.createDirectories(CACHE.resolve(name));
  }

  /** Demands rights that only root has: other owners of files, other users for processes. */
  public static void requireRoot() {
    if (!"root".equals(System.getProperty("user.name"))) {
      throw missing("only root can set up this program");
    }
  }

  /** Gives a file or folder to a user and the user's group. */
  public static void giveTo(String user, Path file) throws IOException {
    var lookup = file.getFileSystem().getUserPrincipalLookupService();
    Files.setOwner(file, lookup.lookupPrincipalByName(user));
  }

  /** Returns what ends the test: as skipped, or as failed where nothing may be skipped. */
  public static RuntimeException missing(String what) {
    String required = System.getenv("MILTERGATE_IT_REQUIRE_PEERS");
    if (required != null && !required.isBlank() && !required.equals("0")) {
      Assertions.fail(what + ", and MILTERGATE_IT_REQUIRE_PEERS forbids to skip the test");
    }
    return new TestAbortedException(what + "; see it/debian-packages.txt");
  }
}
