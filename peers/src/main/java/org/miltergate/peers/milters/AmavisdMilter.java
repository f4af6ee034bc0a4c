package org.miltergate.peers.milters;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.miltergate.peers.process.Daemon;
import org.miltergate.peers.process.Endpoints;
import org.miltergate.peers.process.Programs;

/** amavisd-milter with its own amavisd: adds four X-Spam fields at the top, refuses GTUBE. */
public final class AmavisdMilter {
  private static final String USER = "amavis";

  private AmavisdMilter() {}

  public static RealMilter start(Path folder) throws IOException {
    Path program = Programs.require("amavisd-milter");
    Path setpriv = Programs.require("setpriv");
    Programs.requireRoot();
    for (String name : List.of("home", "tmp", "q", "db")) {
      Path owned = Files.createDirectory(folder.resolve(name));
      Files.setPosixFilePermissions(owned, PosixFilePermissions.fromString("rwxr-x---"));
      Programs.giveTo(USER, owned);
    }
    Daemon amavisd = startAmavisd(folder);
    return RealMilter.onFreePort(
        "amavisd-milter",
        folder,
        List.of(amavisd),
        port ->
            List.of(
                setpriv.toString(),
                "--reuid=" + USER,
                "--regid=" + USER,
                "--init-groups",
                program.toString(),
                "-f",
                "-s",
                "inet:" + port + "@127.0.0.1",
                "-S",
                folder + "/home/am.sock",
                "-w",
                folder + "/tmp",
                "-p",
                folder + "/home/amm.pid"));
  }

  private static Daemon startAmavisd(Path folder) throws IOException {
    Path program = Programs.require("amavisd");
    // The folder of the configuration has to belong to root, or amavisd refuses to start.
    Path config =
        Files.writeString(
            Files.createDirectory(folder.resolve("etc")).resolve("amavisd.conf"),
            configuration(folder));
    Daemon amavisd =
        Daemon.start(folder, List.of(program.toString(), "-c", config.toString(), "foreground"));
    Endpoints.awaitListening(amavisd, Endpoints.unix(folder.resolve("home/am.sock")));
    return amavisd;
  }

  private static String configuration(Path folder) {
    return """
    use strict;
    $max_servers = 1;
    $daemon_user = 'amavis';
    $daemon_group = 'amavis';
    $mydomain = 'remote.test';
    $myhostname = 'mta.test';
    $MYHOME = '@DIR@/home';
    $TEMPBASE = '@DIR@/tmp';
    $QUARANTINEDIR = '@DIR@/q';
    $db_home = '@DIR@/db';
    $pid_file = '@DIR@/home/amavisd.pid';
    $lock_file = '@DIR@/home/amavisd.lock';
    $enable_db = 0;
    $enable_dkim_verification = 0;
    $enable_dkim_signing = 0;
    $inet_socket_port = undef;
    $unix_socketname = '@DIR@/home/am.sock';
    $interface_policy{'SOCK'} = 'AM.PDP-SOCK';
    $policy_bank{'AM.PDP-SOCK'} = { protocol => 'AM.PDP', auth_required_release => 0 };
    @bypass_virus_checks_maps = (1);
    @av_scanners = ();
    @local_domains_maps = (1);
    $sa_tag_level_deflt = -999;
    $sa_tag2_level_deflt = 6;
    $sa_kill_level_deflt = 6;
    $sa_local_tests_only = 1;
    $final_spam_destiny = D_REJECT;
    $final_virus_destiny = D_REJECT;
    $spam_quarantine_to = undef;
    $do_syslog = 0;
    $DO_SYSLOG = 0;
    $log_level = 1;
    $LOGFILE = '@DIR@/home/log';
    1;
    """
        .replace("@DIR@", folder.toString());
  }
}
