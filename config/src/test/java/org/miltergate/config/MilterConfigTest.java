package org.miltergate.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.miltergate.config.limits.LimitsConfig;
import org.miltergate.milter.session.FailurePolicy;
import org.miltergate.milter.session.MilterClient;
import org.miltergate.milter.session.UnagreedEdits;
import org.miltergate.net.Endpoint;

class MilterConfigTest {
  private static final Endpoint ADDRESS = Endpoint.parse("inet:127.0.0.1:8891");

  @Test
  void clientHasTheSettings() {
    MilterConfig config =
        MilterConfig.of("opendkim", ADDRESS)
            .with(milter ->
                milter
                    .set(MilterConfig.CONNECT_TIMEOUT, Duration.ofSeconds(1))
                    .set(MilterConfig.COMMAND_TIMEOUT, Duration.ofSeconds(2))
                    .set(MilterConfig.CONTENT_TIMEOUT, Duration.ofSeconds(3))
                    .set(MilterConfig.END_OF_MESSAGE_TIMEOUT, Duration.ofSeconds(4))
                    .set(MilterConfig.DEFAULT_ACTION, FailurePolicy.QUARANTINE)
                    .set(MilterConfig.UNAGREED_EDITS, UnagreedEdits.IGNORE)
                    .set(MilterConfig.PROTOCOL, 4)
                    .set(MilterConfig.MAX_EDITS, 5)
                    .set(MilterConfig.MAX_EDIT_SIZE, 6L)
                    .set(MilterConfig.PIPELINE, true));

    MilterClient client = config.client(LimitsConfig.DEFAULT).build();

    assertThat(client.name()).isEqualTo("opendkim");
    assertThat(client.address()).isEqualTo(ADDRESS);
    assertThat(client.connectTimeout()).hasSeconds(1);
    assertThat(client.commandTimeout()).hasSeconds(2);
    assertThat(client.contentTimeout()).hasSeconds(3);
    assertThat(client.endOfMessageTimeout()).hasSeconds(4);
    assertThat(client.onFailure()).isEqualTo(FailurePolicy.QUARANTINE);
    assertThat(client.unagreedEdits()).isEqualTo(UnagreedEdits.IGNORE);
    assertThat(client.version()).isEqualTo(4);
    assertThat(client.maxEdits()).isEqualTo(5);
    assertThat(client.maxEditBytes()).isEqualTo(6);
    assertThat(client.pipeline()).isTrue();
  }

  /** They are Postfix's where it has the same parameter. */
  @Test
  void defaultsAreThoseOfTheManual() {
    MilterClient client = MilterConfig.of("opendkim", ADDRESS).client(LimitsConfig.DEFAULT).build();

    assertThat(client.connectTimeout()).hasSeconds(30);
    assertThat(client.commandTimeout()).hasSeconds(30);
    assertThat(client.contentTimeout()).hasSeconds(300);
    assertThat(client.endOfMessageTimeout()).hasSeconds(300);
    assertThat(client.onFailure()).isEqualTo(FailurePolicy.TEMPFAIL);
    assertThat(client.unagreedEdits()).isEqualTo(UnagreedEdits.APPLY);
    assertThat(client.version()).isEqualTo(6);
    assertThat(client.maxEdits()).isEqualTo(10_000);
    assertThat(client.maxEditBytes()).isEqualTo(64L << 20);
    assertThat(client.pipeline()).isFalse();
  }
}
