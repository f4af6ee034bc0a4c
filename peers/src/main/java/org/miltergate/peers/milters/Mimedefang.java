package org.miltergate.peers.milters;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.miltergate.peers.process.Daemon;
import org.miltergate.peers.process.Endpoints;
import org.miltergate.peers.process.Programs;

/**
 * MIMEDefang with its multiplexor and a filter of ours: adds a field, changes the subject, adds
 * {@code -- boilerplate} to the body (with bare LF), refuses EICAR. Sets all macro lists.
 */
public final class Mimedefang {
  private static final String FILTER =
      """
      sub filter_begin {
        my ($entity) = @_;
        return action_bounce("virus test string") if message_has_test_virus();
      }
      sub message_has_test_virus {
        open(my $message, "<", "INPUTMSG") or return 0;
        local $/;
        return <$message> =~ /EICAR-STANDARD/;
      }
      sub filter { return action_accept(); }
      sub filter_multipart { return action_accept(); }
      sub filter_end {
        my ($entity) = @_;
        action_add_header("X-Mimedefang-Test", "seen");
        action_change_header("Subject", "[md] $Subject");
        append_text_boilerplate($entity, "-- boilerplate", 0);
      }
      1;
      """;

  private Mimedefang() {}

  public static RealMilter start(Path folder) throws IOException {
    Path program = Programs.require("mimedefang");
    Path perl = Programs.require("mimedefang.pl");
    Programs.requireRoot();
    Programs.giveTo("defang", folder);
    Path spool = Files.createDirectory(folder.resolve("spool"));
    Programs.giveTo("defang", spool);
    Files.setPosixFilePermissions(spool, PosixFilePermissions.fromString("rwx------"));
    Path filter = Files.writeString(folder.resolve("filter.pl"), FILTER);
    // The multiplexor's -f names the program of its workers, which gets the filter's path from us.
    Path worker =
        Files.writeString(
            folder.resolve("worker"), "#!/bin/sh\nexec %s -f %s \"$@\"\n".formatted(perl, filter));
    Files.setPosixFilePermissions(worker, PosixFilePermissions.fromString("rwxr-xr-x"));
    Path multiplexor = folder.resolve("mx.sock");
    Daemon workers = startWorkers(folder, multiplexor, worker, spool);
    return RealMilter.onFreePort(
        "mimedefang",
        folder,
        List.of(workers),
        port ->
            List.of(
                program.toString(),
                "-m",
                multiplexor.toString(),
                "-p",
                "inet:" + port + "@127.0.0.1",
                "-U",
                "defang",
                "-z",
                spool.toString(),
                "-D",
                "-y"));
  }

  private static Daemon startWorkers(Path folder, Path socket, Path worker, Path spool)
      throws IOException {
    Path program = Programs.require("mimedefang-multiplexor");
    Daemon workers =
        Daemon.start(
            folder,
            List.of(
                program.toString(),
                "-s",
                socket.toString(),
                "-U",
                "defang",
                "-f",
                worker.toString(),
                "-z",
                spool.toString(),
                "-m",
                "1",
                "-x",
                "2",
                "-D"));
    Endpoints.awaitListening(workers, Endpoints.unix(socket));
    return workers;
  }
}
