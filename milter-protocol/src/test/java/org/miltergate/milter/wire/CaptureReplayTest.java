package org.miltergate.milter.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.miltergate.milter.bytes.Bytes;

class CaptureReplayTest {

  static List<String> captures() {
    return JsonResource.namesIn("/captures");
  }

  private static Stream<List<JsonObject>> connections(String capture) {
    JsonObject cases = JsonObject.of(JsonResource.read(capture)).object("cases");
    return cases.keys().stream()
        .flatMap(name -> cases.object(name).list("wire").stream())
        .map(connection -> JsonObject.array(connection).stream().map(JsonObject::of).toList());
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("captures")
  void conversationPassesThroughTheCodecUnchanged(String capture) throws Exception {
    for (List<JsonObject> connection : connections(capture).toList()) {
      List<Command> commands = new ArrayList<>();
      List<Reply> replies = new ArrayList<>();
      for (JsonObject event : connection) {
        if (event.has("ev")) {
          commands.addAll(CapturedPacket.commands(event));
        } else {
          CapturedPacket.reply(event).forEach(replies::add);
        }
      }
      PacketBuffer toMilter = new PacketBuffer();
      PacketBuffer toMta = new PacketBuffer();
      PacketEncoder encoder = new PacketEncoder();
      commands.forEach(command -> encoder.encode(command, toMilter));
      replies.forEach(reply -> encoder.encode(reply, toMta));

      assertThat(Codec.decodeAll(Codec.commands()::decode, toMilter.toSend())).isEqualTo(commands);
      assertThat(Codec.decodeAll(Codec.replies(Strictness.STRICT)::decode, toMta.toSend()))
          .isEqualTo(replies);
      assertThat(commands).hasSizeGreaterThan(2);
      assertThat(replies).isNotEmpty();
    }
  }

  /** Real milters name the bits that they ask for; our names have to be as many. */
  @ParameterizedTest(name = "{0}")
  @MethodSource("captures")
  void everyNegotiatedBitHasAName(String capture) {
    for (List<JsonObject> connection : connections(capture).toList()) {
      for (JsonObject event : connection) {
        boolean negotiates =
            "optneg".equals(event.values().get("ev")) || "optneg".equals(event.values().get("out"));
        if (negotiates) {
          JsonObject in = event.object("args");
          Actions actions = new Actions(Integer.decode(in.string("actions")));
          ProtocolSteps steps = new ProtocolSteps(Integer.decode(in.string("protocol")));
          assertThat(Stream.of(Actions.Action.values()).filter(actions::has))
              .hasSize(in.list("action_names").size());
          assertThat(Stream.of(ProtocolSteps.Step.values()).filter(steps::has))
              .hasSize(in.list("protocol_names").size());
        }
      }
    }
  }

  @Test
  void mimedefangAsksForMacrosAtEveryStage() {
    List<Reply> replies =
        connections("/captures/mimedefang.json")
            .flatMap(List::stream)
            .filter(event -> event.has("out"))
            .flatMap(CapturedPacket::reply)
            .toList();

    assertThat(replies)
        .filteredOn(reply -> reply instanceof Reply.Negotiate)
        .isNotEmpty()
        .allSatisfy(reply ->
            assertThat(((Reply.Negotiate) reply).wish().macroLists())
                .hasSize(MacroStage.values().length)
                .allSatisfy(list ->
                    assertThat(list.names())
                        .hasSize(23)
                        .contains(Bytes.ofLatin1("i"), Bytes.ofLatin1("{verify}"))));
  }
}
