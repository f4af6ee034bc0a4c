package org.miltergate.gateway.relay.peer;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.miltergate.address.HostPort;
import org.miltergate.config.nexthop.NextHopConfig;
import org.miltergate.gateway.relay.smtp.SmtpConnector;

class DestinationOrderTest {

  private static NextHopConfig.Smtp to(int port) {
    return NextHopConfig.Smtp.of(new HostPort("127.0.0.1", port));
  }

  @Test
  void weightDecidesAmongEquals() throws Exception {
    NextHopConfig.Smtp heavy = to(1).with(NextHopConfig.Smtp.WEIGHT, 3);
    NextHopConfig.Smtp light = to(2).with(NextHopConfig.Smtp.WEIGHT, 1);
    NextHopConfig.Smtp spare =
        to(3)
            .with(
                c -> c.set(NextHopConfig.Smtp.PRIORITY, 2).set(NextHopConfig.Smtp.WEIGHT, 60_000));
    List<Destination> destinations = new ArrayList<>();
    for (NextHopConfig.Smtp config : List.of(spare, light, heavy)) {
      SmtpConnector connector =
          SmtpConnector.open(
              config,
              "a",
              (address, limit) -> {
                throw new IOException("nobody dials");
              });
      destinations.add(new Destination(config, deadline -> List.of(), connector));
    }
    Map<Destination, Integer> firsts = new HashMap<>();
    for (long draw = 0; draw < 40_000; draw++) {
      List<Destination> order = DestinationOrder.of(destinations, draw);
      assertThat(order).hasSize(3).endsWith(destinations.get(0));
      firsts.merge(order.getFirst(), 1, Integer::sum);
    }

    // 30,000 are expected with a deviation of 87.
    assertThat(firsts.get(destinations.get(2))).isBetween(29_400, 30_600);
    assertThat(DestinationOrder.of(destinations, 7))
        .isEqualTo(DestinationOrder.of(destinations, 7));
  }
}
