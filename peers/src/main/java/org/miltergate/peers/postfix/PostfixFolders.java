package org.miltergate.peers.postfix;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.GroupPrincipal;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.miltergate.peers.TestMails;
import org.miltergate.peers.process.Programs;

/** The files of a private Postfix: folders with the owners that it demands, and two tables. */
final class PostfixFolders {
  private static final List<String> QUEUES =
      List.of(
          "active",
          "bounce",
          "corrupt",
          "defer",
          "deferred",
          "flush",
          "hold",
          "incoming",
          "private",
          "saved",
          "trace");

  private static final String MAIN_CF =
      """
      compatibility_level = 3.6
      queue_directory = DIR/queue
      data_directory = DIR/data
      command_directory = /usr/sbin
      daemon_directory = /usr/lib/postfix/sbin
      shlib_directory = /usr/lib/postfix
      mail_owner = postfix
      setgid_group = postdrop
      maillog_file_prefixes = DIR
      maillog_file = DIR/log
      myhostname = mta.test
      mydestination =
      mynetworks = 127.0.0.0/8
      inet_interfaces = 127.0.0.1
      inet_protocols = ipv4
      default_transport = smtp:[127.0.0.1]:NEXTHOP
      alias_maps =
      alias_database =
      local_recipient_maps =
      smtpd_peername_lookup = no
      local_header_rewrite_clients =
      smtpd_relay_restrictions = permit_mynetworks, reject
      smtpd_recipient_restrictions = check_recipient_access inline:{{REFUSED = 550 5.1.1 no such user}}
      smtpd_client_connection_rate_limit = 0
      smtpd_client_connection_count_limit = 0
      smtpd_hard_error_limit = 1000
      smtpd_soft_error_limit = 1000
      message_size_limit = 104857600
      mailbox_size_limit = 0
      """;

  private static final String SERVICES =
      """
      cleanup unix n - n - 0 cleanup
      qmgr unix n - n 300 1 qmgr
      rewrite unix - - n - - trivial-rewrite
      bounce unix - - n - 0 bounce
      defer unix - - n - 0 bounce
      trace unix - - n - 0 bounce
      verify unix - - n - 1 verify
      flush unix n - n 1000? 0 flush
      proxymap unix - - n - - proxymap
      smtp unix - - n - - smtp
      tlsmgr unix - - n 1000? 1 tlsmgr
      error unix - - n - - error
      retry unix - - n - - error
      discard unix - - n - - discard
      anvil unix - - n - 1 anvil
      showq unix n - n - - showq
      postlog unix-dgram n - n - 1 postlogd
      """;

  private PostfixFolders() {}

  static void create(Path folder) throws IOException {
    Files.createDirectory(folder.resolve("etc"));
    give(Files.createDirectory(folder.resolve("data")), "postfix", "postfix", "rwx------");
    Path queue = Files.createDirectory(folder.resolve("queue"));
    Files.createDirectory(queue.resolve("pid"));
    for (String name : QUEUES) {
      give(Files.createDirectory(queue.resolve(name)), "postfix", "root", "rwx------");
    }
    give(Files.createDirectory(queue.resolve("maildrop")), "postfix", "postdrop", "rwx-wx---");
    give(Files.createDirectory(queue.resolve("public")), "postfix", "postdrop", "rwx--x---");
  }

  private static void give(Path folder, String user, String group, String rights)
      throws IOException {
    Programs.giveTo(user, folder);
    GroupPrincipal principal =
        folder.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByGroupName(group);
    Files.getFileAttributeView(folder, PosixFileAttributeView.class).setGroup(principal);
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString(rights));
  }

  /** Postfix waits for two seconds before it reads a file that was written just now. */
  static void write(Path file, String text) throws IOException {
    Files.writeString(file, text);
    FileTime written = Files.getLastModifiedTime(file);
    Files.setLastModifiedTime(
        file, FileTime.from(written.toInstant().minus(Duration.ofMinutes(1))));
  }

  static String mainCf(Path folder, int nextHopPort, Map<String, String> parameters) {
    StringBuilder text =
        new StringBuilder(
            MAIN_CF
                .replace("DIR", folder.toString())
                .replace("REFUSED", TestMails.REFUSED_RECIPIENT)
                .replace("NEXTHOP", Integer.toString(nextHopPort)));
    parameters.forEach((name, value) -> text.append(name).append(" = ").append(value).append('\n'));
    return text.toString();
  }

  /** Gives each port its SMTP server with the parameters for it. */
  static String masterCf(Map<Integer, Map<String, String>> services) {
    StringBuilder text = new StringBuilder();
    services.forEach((port, parameters) -> {
      text.append("127.0.0.1:").append(port).append(" inet n - n - - smtpd\n");
      parameters.forEach((name, value) -> text.append("  -o { %s = %s }\n".formatted(name, value)));
    });
    return text.append(SERVICES).toString();
  }
}
