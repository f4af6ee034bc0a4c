package org.miltergate.gateway.check;

import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.miltergate.config.GatewayConfig;
import org.miltergate.config.nexthop.NextHopConfig;

/** Whether the directories can be written into, or made. None is made here. */
final class DirectoryCheck {
  private DirectoryCheck() {}

  static List<Finding> check(GatewayConfig config) {
    List<Finding> findings = new ArrayList<>();
    check(config.spoolDirectory(), "spool-directory", true, findings);
    check(config.quarantine().directory(), "quarantine.directory", true, findings);
    config
        .nextHops()
        .forEach((path, nextHop) -> {
          if (nextHop instanceof NextHopConfig.Maildir maildir) {
            check(maildir, path, findings);
          }
        });
    return findings;
  }

  private static void check(NextHopConfig.Maildir maildir, String path, List<Finding> findings) {
    if (check(maildir.path(), path, maildir.create(), findings)) {
      for (String part : List.of("tmp", "new", "cur")) {
        check(maildir.path().resolve(part), path, maildir.create(), findings);
      }
    }
  }

  private static boolean check(
      Path directory, String path, boolean create, List<Finding> findings) {
    Optional<String> fault = fault(directory, create);
    fault.map(text -> Finding.problem(path, text)).ifPresent(findings::add);
    if (fault.isEmpty()) {
      Ownership.onlyRootWrites(directory)
          .map(text -> Finding.note(path, text))
          .ifPresent(findings::add);
    }
    return fault.isEmpty();
  }

  private static Optional<String> fault(Path directory, boolean create) {
    Path whole = directory.toAbsolutePath().normalize();
    Path existing = whole;
    while (!Files.exists(existing, LinkOption.NOFOLLOW_LINKS) && existing.getParent() != null) {
      existing = existing.getParent();
    }
    boolean missing = !existing.equals(whole);
    if (missing && !create) {
      return Optional.of("'" + directory + "' is missing, and is not to be created");
    }
    String created = missing ? "'" + directory + "' cannot be created: " : "";
    if (!Files.isDirectory(existing)) {
      return Optional.of(created + "'" + existing + "' is not a directory");
    }
    if (!Files.isWritable(existing) || !Files.isExecutable(existing)) {
      return Optional.of(created + "'" + existing + "' cannot be written by this user");
    }
    return Optional.empty();
  }
}
