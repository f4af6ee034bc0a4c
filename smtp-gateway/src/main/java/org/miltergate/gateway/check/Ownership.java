package org.miltergate.gateway.check;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Optional;

/**
 * What root may do, and the user of a service may not: root's own checks of rights always succeed,
 * so owner and mode are checked. Says nothing when the user who checks is not root.
 */
final class Ownership {
  private static final String ROOT = "root";

  private Ownership() {}

  static Optional<String> onlyRootReads(Path file) {
    return onlyRoot(file, PosixFilePermission.GROUP_READ, PosixFilePermission.OTHERS_READ)
        ? Optional.of(
            "'%s' can be read by root only; the service may have another user".formatted(file))
        : Optional.empty();
  }

  static Optional<String> onlyRootWrites(Path directory) {
    return onlyRoot(directory, PosixFilePermission.GROUP_WRITE, PosixFilePermission.OTHERS_WRITE)
        ? Optional.of(
            "'%s' can be written by root only; the service may have another user"
                .formatted(directory))
        : Optional.empty();
  }

  private static boolean onlyRoot(
      Path path, PosixFilePermission ofGroup, PosixFilePermission ofOthers) {
    if (!ROOT.equals(System.getProperty("user.name"))) {
      return false;
    }
    try {
      PosixFileAttributes attributes = Files.readAttributes(path, PosixFileAttributes.class);
      return attributes.owner().getName().equals(ROOT)
          && !attributes.permissions().contains(ofGroup)
          && !attributes.permissions().contains(ofOthers);
    } catch (IOException | UnsupportedOperationException e) {
      return false; // a missing file is another finding
    }
  }
}
