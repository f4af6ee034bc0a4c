package org.miltergate.it;

import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.miltergate.it.compare.Player;
import org.miltergate.it.compare.Scenario;
import org.miltergate.it.scenarios.EdgeScenarios;
import org.miltergate.it.scenarios.EditScenarios;
import org.miltergate.it.scenarios.EventScenarios;
import org.miltergate.it.scenarios.FailureScenarios;
import org.miltergate.it.scenarios.RealMilterScenarios;
import org.miltergate.it.scenarios.VerdictScenarios;
import org.miltergate.peers.process.Lab;
import org.miltergate.peers.process.LabExtension;

/**
 * The same conversations through Postfix and through the gateway: the milters are sent the same,
 * the client gets the same replies, the next hop gets the same bytes.
 */
@ExtendWith(LabExtension.class)
class PostfixComparisonIT {

  static Stream<Scenario> scenarios() {
    return Stream.of(
            EditScenarios.all(),
            VerdictScenarios.all(),
            EventScenarios.all(),
            EdgeScenarios.all(),
            FailureScenarios.all(),
            RealMilterScenarios.all())
        .flatMap(all -> all);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("scenarios")
  void isLikePostfix(Scenario scenario, Lab lab) throws Exception {
    new Player(lab).assertLikePostfix(scenario);
  }
}
