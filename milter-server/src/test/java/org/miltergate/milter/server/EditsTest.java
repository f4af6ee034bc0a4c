package org.miltergate.milter.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.miltergate.milter.server.TestMta.bytes;
import static org.miltergate.milter.server.TestMta.mail;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.miltergate.milter.bytes.Bytes;
import org.miltergate.milter.wire.Actions.Action;
import org.miltergate.milter.wire.Reply;

class EditsTest {

  /** What a filter does at the end of a message. */
  private interface AtEnd {
    Answer decide(EditSink edits) throws Exception;
  }

  private static List<Reply> run(AtEnd atEnd, Action... actions) throws Exception {
    HandlerFactory factory =
        context ->
            new MilterHandler() {
              @Override
              public Answer endOfMessage(EditSink edits) throws Exception {
                return atEnd.decide(edits);
              }
            };
    try (MilterServer server = MilterServer.builder("test", factory).actions(actions).start();
        TestMta mta = new TestMta(server.address())) {
      mta.negotiate();
      mta.ask(mail("<a@x>"));
      return mta.askForTheEnd();
    }
  }

  @Test
  void sendsAllKindsInTheirOrder() throws Exception {
    List<Reply> replies =
        run(
            edits -> {
              edits.addHeader(bytes("A"), bytes("1"));
              edits.insertHeader(0, bytes("B"), bytes("2"));
              edits.changeHeader(1, bytes("C"), bytes("3"));
              edits.deleteHeader(2, bytes("D"));
              edits.progress();
              edits.addRecipient(bytes("<e@x>"), List.of());
              edits.addRecipient(bytes("<f@x>"), List.of(bytes("NOTIFY=NEVER"), bytes("X=y")));
              edits.deleteRecipient(bytes("<g@x>"));
              edits.changeSender(bytes("<>"), List.of());
              edits.quarantine(bytes("why"));
              edits.replaceBody(Bytes.EMPTY);
              return Answer.ACCEPT;
            },
            Action.values());

    assertThat(replies)
        .containsExactly(
            new Reply.AddHeader(bytes("A"), bytes("1")),
            new Reply.InsertHeader(0, bytes("B"), bytes("2")),
            new Reply.ChangeHeader(1, bytes("C"), bytes("3")),
            new Reply.ChangeHeader(2, bytes("D"), Bytes.EMPTY),
            new Reply.Progress(),
            new Reply.AddRecipient(bytes("<e@x>")),
            new Reply.AddRecipientWithArguments(bytes("<f@x>"), List.of(bytes("NOTIFY=NEVER X=y"))),
            new Reply.DeleteRecipient(bytes("<g@x>")),
            new Reply.ChangeSender(bytes("<>"), List.of()),
            new Reply.Quarantine(bytes("why")),
            new Reply.ReplaceBody(Bytes.EMPTY),
            new Reply.Accept());
  }

  @Test
  void cutsALargeBodyIntoPackets() throws Exception {
    Bytes body = bytes("x".repeat(200_000));

    List<Reply> replies =
        run(
            edits -> {
              edits.replaceBody(body);
              return Answer.CONTINUE;
            },
            Action.CHANGE_BODY);

    Bytes sent = Bytes.EMPTY;
    List<Integer> lengths = new ArrayList<>();
    for (Reply reply : replies.subList(0, replies.size() - 1)) {
      Bytes chunk = ((Reply.ReplaceBody) reply).chunk();
      lengths.add(chunk.length());
      sent = sent.concat(chunk);
    }
    assertThat(lengths).containsExactly(65535, 65535, 65535, 3395);
    assertThat(sent).isEqualTo(body);
  }

  @Test
  void editThatWasNotAgreedOnIsTheFiltersFault() throws Exception {
    AtomicReference<String> reason = new AtomicReference<>("");

    List<Reply> replies =
        run(
            edits -> {
              try {
                edits.changeHeader(1, bytes("Subject"), bytes("x"));
              } catch (IllegalStateException e) {
                reason.set(String.valueOf(e.getMessage()));
                throw e;
              }
              return Answer.CONTINUE;
            },
            Action.ADD_HEADERS);

    assertThat(replies).containsExactly(new Reply.TempFail());
    assertThat(reason)
        .hasValue("ChangeHeader needs the action CHANGE_HEADERS, agreed on were 0x1 ADD_HEADERS");
  }

  @Test
  void refusesTextsThatNoHeaderCanHaveAndEditsThatComeTooLate() throws Exception {
    List<EditSink> kept = new ArrayList<>();
    run(
        edits -> {
          kept.add(edits);
          assertThatThrownBy(() -> edits.addHeader(bytes("A:"), bytes("1")))
              .isInstanceOf(IllegalArgumentException.class);
          assertThatThrownBy(() -> edits.addHeader(Bytes.EMPTY, bytes("1")))
              .isInstanceOf(IllegalArgumentException.class);
          assertThatThrownBy(() -> edits.addHeader(bytes("A"), bytes("a\0b")))
              .isInstanceOf(IllegalArgumentException.class);
          assertThatThrownBy(() -> edits.changeHeader(0, bytes("A"), bytes("1")))
              .isInstanceOf(IllegalArgumentException.class);
          return Answer.CONTINUE;
        },
        Action.values());

    assertThatThrownBy(() -> kept.get(0).progress())
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("the end of the message has been handled");
  }
}
