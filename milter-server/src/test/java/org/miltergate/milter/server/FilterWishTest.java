package org.miltergate.milter.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.miltergate.milter.server.TestMta.body;
import static org.miltergate.milter.server.TestMta.connect;
import static org.miltergate.milter.server.TestMta.header;
import static org.miltergate.milter.server.TestMta.mail;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.miltergate.milter.wire.Actions;
import org.miltergate.milter.wire.Actions.Action;
import org.miltergate.milter.wire.Command;
import org.miltergate.milter.wire.MacroList;
import org.miltergate.milter.wire.MacroStage;
import org.miltergate.milter.wire.Negotiation;
import org.miltergate.milter.wire.Reply;

/** What is agreed on, and what follows from it. */
class FilterWishTest {
  private final NotingHandler handler = new NotingHandler();

  private MilterServerBuilder filter() {
    return MilterServer.builder("test", context -> handler);
  }

  @ParameterizedTest(name = "version {0} -> {1}")
  @CsvSource({"2, 2", "4, 4", "6, 6", "7, 6", "-1, 6"})
  void takesTheLowerVersion(int offered, int agreed) throws Exception {
    try (MilterServer server = filter().start();
        TestMta mta = new TestMta(server.address())) {

      assertThat(mta.negotiate(offered, 0x1ff, 0x1fffff).version()).isEqualTo(agreed);
    }
  }

  @ParameterizedTest(name = "version {0}, actions {1}")
  @CsvSource({"0, 0x1ff", "1, 0x1ff", "6, 0x1", "6, 0"})
  void closesIfTheOfferIsTooLittle(int version, String actions) throws Exception {
    try (MilterServer server = filter().actions(Action.ADD_HEADERS, Action.QUARANTINE).start();
        TestMta mta = new TestMta(server.address())) {

      assertThatThrownBy(() -> mta.negotiate(version, Integer.decode(actions), 0x1fffff))
          .isInstanceOf(IOException.class)
          .hasMessage("closed instead of an answer");
    }
  }

  @Test
  void takesNoOfferAsTheFirstVersions() throws Exception {
    try (MilterServer server =
            filter().actions(Action.ADD_HEADERS).events(MilterEvent.MAIL).start();
        TestMta mta = new TestMta(server.address())) {

      Negotiation agreed = mta.negotiate(2, 0, 0);

      assertThat(agreed.actions()).isEqualTo(new Actions(1));
      assertThat(agreed.steps().bits()).isEqualTo(0x3b);
    }
  }

  @Test
  void declinesWhatIsNotWanted() throws Exception {
    try (MilterServer server =
            filter()
                .events(MilterEvent.HEADER, MilterEvent.BODY)
                .unanswered(MilterEvent.HEADER)
                .leadingSpace()
                .rejectedRecipients()
                .macros(MacroStage.END_OF_MESSAGE, "i {msg_id}")
                .start();
        TestMta mta = new TestMta(server.address())) {

      Negotiation agreed = mta.negotiate();

      assertThat(agreed.steps().bits()).isEqualTo(0x100000 | 0x800 | 0x400 | 0x80 | 0x34f);
      assertThat(agreed.actions()).isEqualTo(Actions.of(Action.SET_MACRO_LISTS));
      assertThat(agreed.macroLists())
          .containsExactly(new MacroList(5, TestMta.bytes("i {msg_id}")));
      mta.send(header("A", "b"), header("C", "d"));
      assertThat(mta.ask(body("x"))).isEqualTo(new Reply.Continue());
      assertThat(handler.told).containsExactly("header A|b", "header C|d", "body x");
    }
  }

  @Test
  void answersForTheFilterWhatCouldNotBeDeclined() throws Exception {
    try (MilterServer server =
            filter().events(MilterEvent.HEADER).unanswered(MilterEvent.HEADER).start();
        TestMta mta = new TestMta(server.address())) {
      handler.saying("header", () -> Answer.REJECT);

      Negotiation agreed = mta.negotiate(2, 0x3f, 0x20);

      assertThat(agreed.steps().isEmpty()).isTrue();
      for (Command event : List.of(connect(), mail("<a@x>"), header("A", "b"), body("x"))) {
        assertThat(mta.ask(event)).isEqualTo(new Reply.Continue());
      }
      assertThat(mta.askForTheEnd()).containsExactly(new Reply.Continue());
      assertThat(handler.told).containsExactly("header A|b", "endOfMessage");
    }
  }
}
