package org.miltergate.milter.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.miltergate.milter.bytes.Bytes;
import org.miltergate.milter.wire.Actions;
import org.miltergate.milter.wire.DataSize;
import org.miltergate.milter.wire.MacroList;
import org.miltergate.milter.wire.MacroStage;
import org.miltergate.milter.wire.Negotiation;
import org.miltergate.milter.wire.ProtocolSteps;
import org.miltergate.milter.wire.ProtocolSteps.Step;

class NegotiatorTest {
  private final List<String> remarks = new ArrayList<>();

  @Test
  void offersAllOfVersionSixAndNoLargerPackets() {
    Negotiation offer = negotiator(6).offer();

    assertThat(offer)
        .isEqualTo(new Negotiation(6, new Actions(0x1ff), new ProtocolSteps(0x1fffff)));
  }

  @ParameterizedTest(name = "version {0}: actions {1}, steps {2}")
  @CsvSource({"2, 0x3f, 0x7f", "3, 0x3f, 0x17f", "4, 0x3f, 0x37f", "6, 0x1ff, 0x1fffff"})
  void offersWhatTheConfiguredVersionKnows(int version, String actions, String steps) {
    Negotiation offer = negotiator(version).offer();

    assertThat(offer.version()).isEqualTo(version);
    assertThat(offer.actions().bits()).isEqualTo(Integer.decode(actions));
    assertThat(offer.steps().bits()).isEqualTo(Integer.decode(steps));
  }

  @ParameterizedTest(name = "version {0}, steps {1} -> {2}")
  @CsvSource({
    "6, 0x1fffff, 0x1fffff",
    "4, 0x1fffff, 0x37f",
    "3, 0x1fffff, 0x17f",
    "2, 0x1fffff, 0x7f",
    "6, 0x200001, 0x1",
    "6, 0x20000000, 0x0",
  })
  void masksStepsThatTheVersionDoesNotKnow(int version, String wished, String agreed)
      throws Exception {
    Negotiated negotiated = negotiator(6).agree(wish(version, 0, Integer.decode(wished)), remarks);

    assertThat(negotiated.version()).isEqualTo(version);
    assertThat(negotiated.steps().bits()).isEqualTo(Integer.decode(agreed));
  }

  @Test
  void remarksOnStepsThatWereNotOffered() throws Exception {
    negotiator(6).agree(wish(6, 0, 0x200001), remarks);

    assertThat(remarks)
        .containsExactly("wants the protocol steps 0x200000, which were not offered");
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "7, 0, 'milter wants protocol version 7, offered were 2 to 6'",
    "1, 0, 'milter wants protocol version 1, offered were 2 to 6'",
    "0, 0, 'milter wants protocol version 0, offered were 2 to 6'",
    "-1, 0, 'milter wants protocol version 4294967295, offered were 2 to 6'",
  })
  void refusesVersionsThatWereNotOffered(int version, int actions, String reason) {
    assertThatThrownBy(() -> negotiator(6).agree(wish(version, actions, 0), remarks))
        .isInstanceOf(MilterProtocolException.class)
        .hasMessage("negotiation: " + reason);
  }

  @Test
  void refusesActionsThatWereNotOffered() {
    assertThatThrownBy(() -> negotiator(6).agree(wish(6, 0x201, 0), remarks))
        .isInstanceOf(MilterProtocolException.class)
        .hasMessageContaining(
            "wants the actions 0x200, which were not offered; offered were 0x1ff");
  }

  @Test
  void staysAtUsualPacketsUnlessTheOfferedSizeComesBack() throws Exception {
    Negotiator offering = new Negotiator(6, DataSize.LARGE, MacroLists.DEFAULT);

    assertThat(offering.agree(wish(6, 0, 0), remarks).dataSize()).isEqualTo(DataSize.USUAL);
    assertThat(offering.agree(wish(6, 0, 0x10000000), remarks).dataSize())
        .isEqualTo(DataSize.LARGE);
    assertThat(negotiator(6).agree(wish(6, 0, 0x10000000), remarks).dataSize())
        .isEqualTo(DataSize.USUAL);
  }

  @Test
  void takesMacroListsInPlaceOfTheDefaultsStageByStage() throws Exception {
    Negotiation wish =
        new Negotiation(
            6,
            Actions.NONE,
            ProtocolSteps.of(Step.NO_BODY),
            List.of(
                new MacroList(5, Bytes.ofLatin1("{msg_id},i {x}")),
                new MacroList(1, Bytes.EMPTY),
                new MacroList(9, Bytes.ofLatin1("j"))));

    MacroLists lists = negotiator(6).agree(wish, remarks).macroLists();

    assertThat(lists.at(MacroStage.END_OF_MESSAGE))
        .map(Bytes::toString)
        .containsExactly("{msg_id}", "i", "{x}");
    assertThat(lists.at(MacroStage.HELO)).isEmpty();
    assertThat(lists.at(MacroStage.DATA)).map(Bytes::toString).containsExactly("i");
    assertThat(remarks).containsExactly("wants macros for the unknown stage 9");
  }

  @Test
  void remarksOnceOnManyUnknownStages() throws Exception {
    List<MacroList> lists = new ArrayList<>();
    for (int stage = 7; stage < 60; stage++) {
      lists.add(new MacroList(stage, Bytes.ofLatin1("j")));
    }

    negotiator(6).agree(wish(lists), remarks);

    assertThat(remarks).containsExactly("wants macros for the unknown stage 7, and for others");
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "'i i {i} j',     i j, false",
    "'{i} i j',       {i} j, false",
    "'i LONG j',      i j, false",
    "'MANY j',        MANY, true",
    "'MANY',          MANY, false",
  })
  void keepsOfAListWhatMacrosMayBe(String text, String kept, boolean isCut) throws Exception {
    StringBuilder many = new StringBuilder("{m0}");
    for (int i = 1; i < 128; i++) {
      many.append(" {m").append(i).append('}');
    }
    Bytes names =
        Bytes.ofLatin1(text.replace("LONG", "x".repeat(200)).replace("MANY", many.toString()));

    MacroLists lists =
        negotiator(6)
            .agree(wish(List.of(new MacroList(MacroStage.MAIL.onWire(), names))), remarks)
            .macroLists();

    assertThat(String.join(" ", lists.at(MacroStage.MAIL).stream().map(Bytes::toString).toList()))
        .isEqualTo(kept.replace("MANY", many.toString()));
    assertThat(remarks).hasSize(isCut ? 1 : 0);
  }

  private static Negotiation wish(List<MacroList> lists) {
    return new Negotiation(6, Actions.NONE, ProtocolSteps.NONE, lists);
  }

  private static Negotiator negotiator(int version) {
    return new Negotiator(version, DataSize.USUAL, MacroLists.DEFAULT);
  }

  private static Negotiation wish(int version, int actions, int steps) {
    return new Negotiation(version, new Actions(actions), new ProtocolSteps(steps));
  }
}
