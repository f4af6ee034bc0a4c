package org.miltergate.config.text;

import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Permissions of files, as with {@code chmod}.
 *
 * @param bits 0600, 0640, 0644, 0660 or 0664: always readable and writable for the owner, never
 *     writable for everybody, never executable
 */
public record FileMode(int bits) {
  private static final Set<Integer> ALLOWED = Set.of(0600, 0640, 0644, 0660, 0664);
  private static final Pattern OCTAL = Pattern.compile("0?[0-7]{3}");

  /** The owner alone. */
  public static final FileMode PRIVATE = new FileMode(0600);

  public FileMode {
    if (!ALLOWED.contains(bits)) {
      throw new IllegalArgumentException(
          "'"
              + octal(bits)
              + "' is not a mode for mail files; write 0600, 0640, 0644, 0660 or 0664");
    }
  }

  /**
   * Reads octal digits.
   *
   * @throws IllegalArgumentException if the text is not a mode, or not an allowed one
   */
  public static FileMode parse(String text) {
    if (!OCTAL.matcher(text).matches()) {
      throw new IllegalArgumentException(
          "'" + text + "' is not a mode for mail files; write 0600, 0640, 0644, 0660 or 0664");
    }
    return new FileMode(Integer.parseInt(text, 8));
  }

  /** Returns the permissions of files. */
  public Set<PosixFilePermission> files() {
    StringBuilder text = new StringBuilder();
    for (int shift = 6; shift >= 0; shift -= 3) {
      int digit = bits >> shift;
      text.append((digit & 4) != 0 ? 'r' : '-').append((digit & 2) != 0 ? 'w' : '-').append('-');
    }
    return PosixFilePermissions.fromString(text.toString());
  }

  /** Returns the permissions of folders: everyone who may read files may list them. */
  public Set<PosixFilePermission> folders() {
    Set<PosixFilePermission> folders = EnumSet.copyOf(files());
    folders.add(PosixFilePermission.OWNER_EXECUTE);
    if (folders.contains(PosixFilePermission.GROUP_READ)) {
      folders.add(PosixFilePermission.GROUP_EXECUTE);
    }
    if (folders.contains(PosixFilePermission.OTHERS_READ)) {
      folders.add(PosixFilePermission.OTHERS_EXECUTE);
    }
    return folders;
  }

  /** Returns octal digits, with a 0 before them. */
  @Override
  public String toString() {
    return octal(bits);
  }

  private static String octal(int bits) {
    return "0" + Integer.toOctalString(bits);
  }
}
