package org.miltergate.milter.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.miltergate.milter.bytes.Bytes;
import org.miltergate.milter.wire.MacroStage;
import org.miltergate.milter.wire.MacroValue;

class MacroMemoryTest {
  private final Macros macros = new Macros();
  private final MacroMemory memory = new MacroMemory(MacroLists.DEFAULT);

  @Test
  void sendsWhatHasAValueInTheOrderOfTheList() {
    macros.set("{mail_addr}", "a@example.org");
    macros.set("i", "4fXyZ1");

    assertThat(memory.next(MacroStage.MAIL, macros))
        .containsExactly(value("i", "4fXyZ1"), value("{mail_addr}", "a@example.org"));
  }

  @Test
  void sendsTheFullSetEachTime() {
    macros.set("i", "4fXyZ1");
    memory.next(MacroStage.MAIL, macros);

    assertThat(memory.next(MacroStage.MAIL, macros)).containsExactly(value("i", "4fXyZ1"));
  }

  /** Values at two messages in a row: {@code -} for none, {@code ''} for an empty one. */
  @ParameterizedTest(name = "{0}, then {1}")
  @CsvSource(
      quoteCharacter = '"',
      value = {
        // first              | second              | the second packet
        "i=1 {auth_authen}=joe, i=2,                  i=2",
        "i=1 {auth_authen}=joe, {auth_authen}=ann,    {auth_authen}=ann",
        "i=1,                   i=2 {mail_addr}='',   {mail_addr}='' i=2",
        "-,                     i=2 {mail_addr}='',   {mail_addr}='' i=2",
        "-,                     i='' {mail_addr}=a@b, i='' {mail_addr}=a@b",
        "-,                     i='' {mail_addr}='',  i='' {mail_addr}='' j=mx.test",
        "i=1,                   {mail_addr}='',       {mail_addr}='' j=mx.test",
        "i=1,                   -,                    j=mx.test",
        "i='',                  -,                    j=mx.test",
        "-,                     -,                    -",
      })
  void leavesOutWhatHasNoValueAndEndsInOne(String first, String second, String packet) {
    macros.set("j", "mx.test");
    set(first);
    memory.next(MacroStage.MAIL, macros);
    List.of("i", "{auth_authen}", "{mail_addr}").forEach(macros::clear);
    set(second);

    assertThat(text(memory.next(MacroStage.MAIL, macros))).isEqualTo(packet);
  }

  @Test
  void saysSomethingWhereNoMacroHasAValue() {
    macros.set("i", "4fXyZ1");
    memory.next(MacroStage.MAIL, macros);
    macros.clear("i");

    assertThat(text(memory.next(MacroStage.MAIL, macros))).isEqualTo("{macros}=none");
  }

  @Test
  void saysNothingWhereTheMilterAskedForNothing() {
    macros.set("j", "mx.test");
    MacroMemory silent = new MacroMemory(MacroLists.DEFAULT.with(MacroStage.MAIL, List.of()));

    assertThat(silent.next(MacroStage.MAIL, macros)).isEmpty();
  }

  private void set(String said) {
    if (said.equals("-")) {
      return;
    }
    for (String macro : said.split(" ")) {
      String[] parts = macro.split("=");
      macros.set(parts[0], parts[1].replace("''", ""));
    }
  }

  private static String text(List<MacroValue> values) {
    return values.isEmpty()
        ? "-"
        : values.stream()
            .map(value -> value.name() + "=" + (value.value().isEmpty() ? "''" : value.value()))
            .collect(Collectors.joining(" "));
  }

  @Test
  void looksNamesUpWithoutBracesAndSendsThemAsAskedFor() {
    macros.set("i", "4fXyZ1");
    macros.set("mail_addr", "a@example.org");
    MacroLists asked =
        MacroLists.DEFAULT.with(
            MacroStage.MAIL, List.of(Bytes.ofLatin1("{i}"), Bytes.ofLatin1("{mail_addr}")));

    assertThat(new MacroMemory(asked).next(MacroStage.MAIL, macros))
        .containsExactly(value("{i}", "4fXyZ1"), value("{mail_addr}", "a@example.org"));
  }

  @Test
  void refusesAValueThatCannotBeSent() {
    assertThatThrownBy(() -> macros.set("i", "a\0b"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("NUL");
  }

  private static MacroValue value(String name, String value) {
    return new MacroValue(Bytes.ofLatin1(name), Bytes.ofLatin1(value));
  }
}
