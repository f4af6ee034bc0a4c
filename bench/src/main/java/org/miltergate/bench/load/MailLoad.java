package org.miltergate.bench.load;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.miltergate.peers.process.Daemon;
import org.miltergate.peers.process.Programs;

/**
 * What {@code smtp-source} sends: each message on a connection of its own.
 *
 * @param sessions at the same time
 * @param messages in all
 * @param bytes of each message's content, without its header
 */
public record MailLoad(int sessions, int messages, int bytes) {
  private static final Duration START = Duration.ofMinutes(1);

  /** Far longer than any measured run. */
  private static final Duration EACH = Duration.ofMillis(50);

  MailLoad withMessages(int others) {
    return new MailLoad(sessions, others, bytes);
  }

  /**
   * Sends everything.
   *
   * @param folder to work in
   * @throws IOException if a reply was not 250
   */
  void send(Path folder, int port) throws IOException {
    Daemon.run(
        folder,
        List.of(
            Programs.require("smtp-source").toString(),
            "-s",
            Integer.toString(sessions),
            "-m",
            Integer.toString(messages),
            "-l",
            Integer.toString(bytes),
            "-f",
            "alice@client.test",
            "-t",
            "bob@remote.test",
            "inet:127.0.0.1:" + port),
        START.plus(EACH.multipliedBy(messages)));
  }
}
