package org.miltergate.peers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.miltergate.peers.process.Daemon;
import org.miltergate.peers.process.Endpoints;
import org.miltergate.peers.process.Lab;
import org.miltergate.peers.process.Programs;

/**
 * Dovecot's LMTP server with its own Maildirs, on TCP and on a Unix-domain socket.
 *
 * <p>It knows {@code bob}, {@code carol} and {@code full} of remote.test; the mailbox of the last
 * has no space, which it reports after the message. It refuses all others at RCPT.
 */
public final class DovecotLmtp implements Lab.Logged {
  private static final String USER = "mail";
  private static final String CONFIG =
      """
      base_dir = DIR/run
      state_dir = DIR/state
      log_path = DIR/log
      protocols = lmtp
      ssl = no
      hostname = dovecot.test
      postmaster_address = postmaster@dovecot.test
      mail_uid = mail
      mail_gid = mail
      first_valid_uid = 1
      mail_location = maildir:~/
      mail_plugins = quota
      plugin {
        quota = maildir:User quota
        quota_grace = 0
        quota_exceeded_message = Mailbox is full
      }
      passdb {
        driver = static
        args = nopassword=y
      }
      userdb {
        driver = passwd-file
        args = DIR/users
      }
      service anvil {
        chroot =
      }
      service auth {
        unix_listener auth-userdb {
          mode = 0777
        }
      }
      service lmtp {
        user = mail
        unix_listener DIR/lmtp {
          mode = 0666
        }
        inet_listener lmtp {
          address = 127.0.0.1
          port = PORT
        }
      }
      """;

  private final Path folder;
  private final Daemon daemon;
  private final int port;

  private DovecotLmtp(Path folder, Daemon daemon, int port) {
    this.folder = folder;
    this.daemon = daemon;
    this.port = port;
  }

  public static DovecotLmtp start(Path folder) throws IOException {
    Path program = Programs.require("dovecot");
    Programs.requireFile(Path.of("/usr/lib/dovecot/lmtp"));
    Programs.requireRoot();
    Path homes = Files.createDirectory(folder.resolve("home"));
    Programs.giveTo(USER, homes);
    StringBuilder users = new StringBuilder();
    for (String name : List.of("bob", "carol", "full")) {
      String limit = name.equals("full") ? "userdb_quota_rule=*:bytes=10" : "";
      users.append("%s@remote.test::8:8::%s/%s::%s\n".formatted(name, homes, name, limit));
    }
    Files.writeString(folder.resolve("users"), users);
    return Endpoints.startOnFreePort(port -> start(program, folder, port));
  }

  private static DovecotLmtp start(Path program, Path folder, int port) throws IOException {
    Path config = folder.resolve("dovecot.conf");
    Files.writeString(
        config, CONFIG.replace("DIR", folder.toString()).replace("PORT", Integer.toString(port)));
    Daemon daemon =
        Daemon.start(folder, List.of(program.toString(), "-F", "-c", config.toString()));
    Endpoints.awaitListening(daemon, Endpoints.tcp(port));
    return new DovecotLmtp(folder, daemon, port);
  }

  public int port() {
    return port;
  }

  public Path socket() {
    return folder.resolve("lmtp");
  }

  /** Returns what is in the mailbox of such a user, one char per byte. */
  public List<String> mails(String name) throws IOException {
    Path mails = folder.resolve("home/" + name + "/new");
    List<String> texts = new ArrayList<>();
    if (Files.isDirectory(mails)) {
      try (Stream<Path> files = Files.list(mails)) {
        for (Path file : files.sorted().toList()) {
          texts.add(Files.readString(file, StandardCharsets.ISO_8859_1));
        }
      }
    }
    return texts;
  }

  @Override
  public String log() {
    try {
      Path log = folder.resolve("log");
      return (Files.exists(log) ? Files.readString(log) : "(no log)\n") + daemon.output();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    daemon.close();
  }

  @Override
  public String toString() {
    return "dovecot lmtp at " + port;
  }
}
