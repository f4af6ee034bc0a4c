package org.miltergate.milter.test;

import org.miltergate.milter.wire.Command;
import org.miltergate.milter.wire.PacketText;

/** Writes commands in the form used in scripts. */
final class CommandText {
  private CommandText() {}

  static boolean isWord(String word) {
    return PacketText.isCommandWord(word);
  }

  /** Returns the first word of {@code command}'s line. */
  static String word(Command command) {
    return ScriptText.firstWord(write(command));
  }

  static String write(Command command) {
    return PacketText.write(command);
  }

  /** Returns the word for a command letter, or its number if it is unknown. */
  static String word(byte letter) {
    return PacketText.commandWord(letter);
  }
}
