package org.miltergate.milter.test.mta;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.miltergate.milter.bytes.Bytes;
import org.miltergate.milter.wire.Command;
import org.miltergate.milter.wire.CommandCode;
import org.miltergate.milter.wire.MacroStage;
import org.miltergate.milter.wire.MacroValue;

/** Macro packets from names and values. */
final class MacroPackets {
  private MacroPackets() {}

  static Command.Macro of(MacroStage stage, Map<String, String> values) {
    List<MacroValue> pairs = new ArrayList<>();
    values.forEach((name, value) -> pairs.add(pair(name, value)));
    return new Command.Macro(code(stage).letter(), pairs);
  }

  private static MacroValue pair(String name, String value) {
    return new MacroValue(Bytes.ofUtf8(name), Bytes.ofUtf8(value));
  }

  private static CommandCode code(MacroStage stage) {
    return switch (stage) {
      case CONNECT -> CommandCode.CONNECT;
      case HELO -> CommandCode.HELO;
      case MAIL -> CommandCode.MAIL;
      case RCPT -> CommandCode.RCPT;
      case DATA -> CommandCode.DATA;
      case END_OF_HEADERS -> CommandCode.END_OF_HEADERS;
      case END_OF_MESSAGE -> CommandCode.END_OF_MESSAGE;
    };
  }
}
