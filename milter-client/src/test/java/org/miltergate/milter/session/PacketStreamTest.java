package org.miltergate.milter.session;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.miltergate.milter.bytes.Bytes;
import org.miltergate.milter.test.ScriptedMilter;
import org.miltergate.milter.wire.Actions;
import org.miltergate.milter.wire.Command;
import org.miltergate.milter.wire.Negotiation;
import org.miltergate.milter.wire.ProtocolSteps;
import org.miltergate.milter.wire.Reply;
import org.miltergate.net.SocketDialer;
import org.miltergate.net.Watchdog;

class PacketStreamTest {

  @Test
  void givesBackWhatALargePacketTook() throws Exception {
    String list = "{macro},".repeat(100_000);
    try (ScriptedMilter milter =
            ScriptedMilter.script("> OPTNEG\n< OPTNEG version=6 macros.mail=" + list + "\n...");
        PacketStream packets =
            new PacketStream(
                new SocketDialer().dial(milter.address(), Talk.AMPLE), Watchdog.shared())) {
      int idle = packets.capacity();
      packets.append(new Command.Negotiate(new Negotiation(6, Actions.ALL, ProtocolSteps.ALL)));
      packets.flush(Talk.AMPLE, "OPTNEG");

      assertThat(packets.read(Talk.AMPLE, "OPTNEG")).isInstanceOf(Reply.Negotiate.class);
      assertThat(packets.capacity()).isGreaterThan(list.length());
      packets.giveBack();
      assertThat(packets.capacity()).isEqualTo(idle);

      packets.append(new Command.Helo(Bytes.ofLatin1("x".repeat(60_000))));
      packets.flush(Talk.AMPLE, "HELO");
      assertThat(packets.read(Talk.AMPLE, "HELO")).isInstanceOf(Reply.Continue.class);
      packets.giveBack();
      assertThat(packets.capacity()).isEqualTo(idle);
    }
  }
}
