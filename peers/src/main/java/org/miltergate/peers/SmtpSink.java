package org.miltergate.peers;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.miltergate.peers.process.Daemon;
import org.miltergate.peers.process.Endpoints;
import org.miltergate.peers.process.Lab;
import org.miltergate.peers.process.Programs;

/** Postfix's {@code smtp-sink}: accepts everything, and counts. */
public final class SmtpSink implements Lab.Logged {
  private static final Pattern COUNT = Pattern.compile("mesg=(\\d+)");

  private final Daemon daemon;
  private final int port;

  private SmtpSink(Daemon daemon, int port) {
    this.daemon = daemon;
    this.port = port;
  }

  public static SmtpSink start(Path folder) throws IOException {
    Path program = Programs.require("smtp-sink");
    return Endpoints.startOnFreePort(port -> {
      Daemon daemon =
          Daemon.start(
              folder,
              List.of(program.toString(), "-c", "-u", "nobody", "127.0.0.1:" + port, "100"));
      Endpoints.awaitListening(daemon, Endpoints.tcp(port));
      return new SmtpSink(daemon, port);
    });
  }

  public int port() {
    return port;
  }

  /** Returns how many messages it has taken to their end. */
  public int messages() {
    Matcher matcher = COUNT.matcher(daemon.output());
    int last = 0;
    while (matcher.find()) {
      last = Integer.parseInt(matcher.group(1));
    }
    return last;
  }

  @Override
  public String log() {
    return daemon.output();
  }

  @Override
  public void close() {
    daemon.close();
  }

  @Override
  public String toString() {
    return "smtp-sink at " + port;
  }
}
