package org.miltergate.milter.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.miltergate.milter.bytes.Bytes;

class MacroListTest {

  @ParameterizedTest
  @ValueSource(
      strings = {"j {client_addr} _", "j,{client_addr},_", " j ,\t{client_addr}\r\n, _,, "})
  void blanksAndCommasSeparateNames(String text) {
    assertThat(new MacroList(0, Bytes.ofLatin1(text)).names())
        .extracting(Bytes::toString)
        .containsExactly("j", "{client_addr}", "_");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", ",, "})
  void listCanBeEmpty(String text) {
    assertThat(new MacroList(1, Bytes.ofLatin1(text)).names()).isEmpty();
  }

  @Test
  void namesAreJoinedWithBlanks() {
    List<Bytes> names = List.of(Bytes.ofLatin1("i"), Bytes.ofLatin1("{msg_id}"));

    MacroList list = MacroList.of(MacroStage.END_OF_MESSAGE, names);

    assertThat(list).isEqualTo(new MacroList(5, Bytes.ofLatin1("i {msg_id}")));
    assertThat(list.names()).isEqualTo(names);
    assertThat(MacroList.of(MacroStage.HELO, List.of()).text()).isEqualTo(Bytes.EMPTY);
  }

  @Test
  void stageHasItsNumberOnTheWire() {
    for (MacroStage stage : MacroStage.values()) {
      assertThat(MacroStage.ofWire(stage.onWire())).contains(stage);
    }
    assertThat(MacroStage.ofWire(5)).contains(MacroStage.END_OF_MESSAGE);
    assertThat(MacroStage.ofWire(6)).contains(MacroStage.END_OF_HEADERS);
    assertThat(MacroStage.ofWire(7)).isEmpty();
    assertThat(MacroStage.ofWire(-1)).isEmpty();
  }

  @ParameterizedTest(name = "{0} -> {1}")
  @CsvSource({
    "i, i",
    "{i}, i",
    "{mail_addr}, mail_addr",
    "mail_addr, mail_addr",
    "{}, {}",
    "{, {",
    "'', ''"
  })
  void bracesOfANameMakeNoDifference(String name, String bare) {
    assertThat(MacroNames.bare(name)).isEqualTo(bare);
    assertThat(MacroNames.bare(Bytes.ofLatin1(name))).isEqualTo(Bytes.ofLatin1(bare));
  }
}
