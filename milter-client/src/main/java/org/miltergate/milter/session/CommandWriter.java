package org.miltergate.milter.session;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.miltergate.milter.wire.Command;
import org.miltergate.milter.wire.CommandCode;
import org.miltergate.milter.wire.MacroStage;
import org.miltergate.milter.wire.MacroValue;
import org.miltergate.net.LocalFailureException;

/** Writes commands to one milter, each with the macros of its stage, when they are due. */
final class CommandWriter {
  private final MilterClient client;
  private final PacketStream packets;
  private final SessionListener listener;
  private final MacroMemory macroMemory;
  private Stage lastSent = Stage.CONNECT;

  CommandWriter(
      MilterClient client, PacketStream packets, MacroLists lists, SessionListener listener) {
    this.client = client;
    this.packets = packets;
    this.listener = listener;
    this.macroMemory = new MacroMemory(lists);
  }

  /**
   * Writes a command, or queues it for the next write.
   *
   * @param answered whether the milter answers it
   * @param outOfStep whether an answer to an earlier command is awaited, which may be there already
   */
  void write(Command command, Stage stage, Macros macros, boolean answered, boolean outOfStep)
      throws MilterException, LocalFailureException {
    appendMacros(command, stage, macros);
    append(command);
    boolean due = isDue(stage, answered);
    if ((due || answered) && !outOfStep) {
      requireSilence(stage);
    }
    if (due) {
      packets.flush(limitOf(stage), stage.toString());
    }
    lastSent = stage;
  }

  /** Queues a command for the next write. */
  void append(Command command) throws LocalFailureException {
    packets.append(command);
    listener.told(command);
  }

  /** Adds the macros of a command that is not sent itself to those of the next write. */
  void macrosOnly(Command command, Stage stage, Macros macros)
      throws MilterException, LocalFailureException {
    appendMacros(command, stage, macros);
    if (packets.isFull()) {
      packets.flush(limitOf(stage), "macros of " + stage);
    }
  }

  private void appendMacros(Command command, Stage stage, Macros macros)
      throws LocalFailureException {
    Optional<MacroStage> list = stage.macroStage();
    if (list.isPresent()) {
      List<MacroValue> values = macroMemory.next(list.get(), macros);
      if (!values.isEmpty()) {
        append(new Command.Macro(CommandCode.of(command).letter(), values));
      }
    }
  }

  /** Returns whether what waits has to be written now. */
  private boolean isDue(Stage stage, boolean answered) {
    return !stage.isContent()
        || stage == Stage.END_OF_MESSAGE
        || packets.isFull()
        || answered && !client.pipeline();
  }

  /**
   * Ensures that the milter waits to be asked. Between two packets of the content, microseconds
   * apart, looking at the socket would find next to nothing and cost a system call for each.
   */
  private void requireSilence(Stage next) throws MilterException, LocalFailureException {
    if (lastSent.isContent() && next.isContent() && next != Stage.END_OF_MESSAGE) {
      packets.requireNothingLeft(next.toString());
    } else {
      packets.requireSilence(next.toString());
    }
  }

  /** Writes all that waits, before the answer to a command of {@code stage} is read. */
  void flush(Stage stage) throws MilterException, LocalFailureException {
    packets.flush(limitOf(stage), stage.toString());
  }

  /** Returns the limit of one packet. */
  Duration limitOf(Stage stage) {
    return stage.isContent() ? client.contentTimeout() : client.commandTimeout();
  }
}
