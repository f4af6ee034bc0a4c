package org.miltergate.milter.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
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

  @Test
  void clearsOnceWhatHasNoValueAnyMore() {
    macros.set("i", "4fXyZ1");
    macros.set("{auth_authen}", "joe");
    memory.next(MacroStage.MAIL, macros);
    macros.clear("{auth_authen}");

    assertThat(memory.next(MacroStage.MAIL, macros))
        .containsExactly(value("i", "4fXyZ1"), value("{auth_authen}", ""));
    assertThat(memory.next(MacroStage.MAIL, macros)).containsExactly(value("i", "4fXyZ1"));
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
