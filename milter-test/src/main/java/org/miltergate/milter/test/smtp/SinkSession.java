package org.miltergate.milter.test.smtp;

import java.util.List;
import org.miltergate.milter.bytes.Bytes;

/**
 * What one connection to the sink has received so far.
 *
 * @param number from 1 in order of acceptance
 * @param received every byte that was read, in order
 * @param commands the commands among them
 * @param ended whether the connection has ended
 * @param closedByClient whether the client closed it
 */
public record SinkSession(
    int number, Bytes received, List<SinkCommand> commands, boolean ended, boolean closedByClient) {
  public SinkSession {
    commands = List.copyOf(commands);
  }

  /** Returns only the command lines. */
  public List<String> lines() {
    return commands.stream().map(SinkCommand::line).toList();
  }
}
