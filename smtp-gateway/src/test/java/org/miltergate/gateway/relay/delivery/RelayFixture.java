package org.miltergate.gateway.relay.delivery;

import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.miltergate.address.HostPort;
import org.miltergate.config.nexthop.NextHopConfig;
import org.miltergate.gateway.relay.Delivery;
import org.miltergate.gateway.relay.DeliveryResult;
import org.miltergate.gateway.relay.OutboundMessage;
import org.miltergate.milter.test.smtp.ScriptedSmtpSink;

/** A sink, and a next hop that delivers to it. */
abstract class RelayFixture {
  static final Duration SHORT = Duration.ofMillis(300);

  @TempDir Path spool;
  ScriptedSmtpSink sink;
  SmtpNextHop hop;

  @BeforeEach
  void start() throws Exception {
    sink = ScriptedSmtpSink.start();
    hop = SmtpNextHop.open(config(), "gateway.example", spool);
  }

  @AfterEach
  void stop() throws Exception {
    hop.close();
    sink.close();
  }

  NextHopConfig.Smtp config() {
    return NextHopConfig.Smtp.of(new HostPort("127.0.0.1", sink.port()));
  }

  void reopen(UnaryOperator<NextHopConfig.Smtp> change) throws Exception {
    reopen(change, InstantSource.system());
  }

  void reopen(UnaryOperator<NextHopConfig.Smtp> change, InstantSource clock) throws Exception {
    hop.close();
    hop = SmtpNextHop.open(change.apply(config()), "gateway.example", spool, clock);
  }

  /** Goes through both phases with a message that goes to all its recipients or to none. */
  static DeliveryResult deliver(Delivery delivery, OutboundMessage message) {
    return BouncingNotice.none().deliver(delivery, message);
  }

  /** The part of the reply that a client acts on. */
  static String replyOf(DeliveryResult result) {
    return switch (result) {
      case DeliveryResult.Delivered delivered -> delivered.reply().toString();
      case DeliveryResult.Refused refused -> refused.reply().toString();
      case DeliveryResult.Unavailable unavailable -> unavailable.reply().toString();
    };
  }
}
