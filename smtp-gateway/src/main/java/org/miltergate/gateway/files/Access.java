package org.miltergate.gateway.files;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.GroupPrincipal;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipalNotFoundException;
import java.util.EnumSet;
import java.util.Set;

/**
 * Permissions for new files and directories. Ignored where there are no POSIX permissions.
 *
 * @param files permissions of files
 * @param directories permissions of directories
 * @param group by name; empty for the system's default
 */
public record Access(
    Set<PosixFilePermission> files, Set<PosixFilePermission> directories, String group) {
  private static final Set<PosixFilePermission> OWNER_FILE =
      PosixFilePermissions.fromString("rw-------");
  private static final Set<PosixFilePermission> OWNER_DIRECTORY =
      PosixFilePermissions.fromString("rwx------");

  /** The owner alone. */
  public static final Access PRIVATE = new Access(OWNER_FILE, OWNER_DIRECTORY, "");

  public Access {
    files = Set.copyOf(files);
    directories = Set.copyOf(directories);
  }

  /** The initial permissions of new files: nothing is accessible before it is complete. */
  static FileAttribute<?>[] ownerFile(Path path) {
    return attributes(path, OWNER_FILE);
  }

  static FileAttribute<?>[] ownerDirectory(Path path) {
    return attributes(path, OWNER_DIRECTORY);
  }

  private static FileAttribute<?>[] attributes(Path path, Set<PosixFilePermission> permissions) {
    return isPosix(path)
        ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(permissions)}
        : new FileAttribute<?>[0];
  }

  static boolean isPosix(Path path) {
    return path.getFileSystem().supportedFileAttributeViews().contains("posix");
  }

  /** Gives a file that was created for its owner alone its final permissions. */
  void openFile(Path file) throws IOException {
    if (!equals(PRIVATE)) {
      open(file, files);
    }
  }

  /**
   * Adds the permissions that a directory lacks; it may have more.
   *
   * @throws IOException if another user owns it, or the process is not in the group
   */
  void openDirectory(Path directory) throws IOException {
    if (!equals(PRIVATE)) {
      open(directory, directories);
    }
  }

  private void open(Path path, Set<PosixFilePermission> permissions) throws IOException {
    PosixFileAttributeView view = Files.getFileAttributeView(path, PosixFileAttributeView.class);
    if (view == null) {
      return;
    }
    PosixFileAttributes now = view.readAttributes();
    // The group first: the former group must not get the permissions meant for the new one.
    if (!group.isEmpty() && !now.group().getName().equals(group)) {
      view.setGroup(principal(path));
    }
    if (!now.permissions().containsAll(permissions)) {
      Set<PosixFilePermission> wider = EnumSet.noneOf(PosixFilePermission.class);
      wider.addAll(now.permissions());
      wider.addAll(permissions);
      view.setPermissions(wider);
    }
  }

  private GroupPrincipal principal(Path path) throws IOException {
    try {
      return path.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByGroupName(group);
    } catch (UserPrincipalNotFoundException e) {
      throw new IOException("there is no group '" + group + "'", e);
    }
  }
}
