package org.miltergate.gateway.relay.smtp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ScramClientTest {
  // The example of RFC 7677, section 3.
  private static final String NONCE = "rOprNGfwEbeRWgbNEkqO";
  private static final String SERVER_FIRST =
      "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096";

  private final ScramClient client = new ScramClient("user", "pencil", NONCE);

  @Test
  void speaksAsTheExampleDoes() throws Exception {
    assertThat(client.first()).isEqualTo("n,,n=user,r=rOprNGfwEbeRWgbNEkqO");
    assertThat(client.respond(SERVER_FIRST))
        .isEqualTo(
            "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,"
                + "p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=");
    assertThat(client.serverIsProved()).isFalse();
    assertThat(client.respond("v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=")).isEmpty();
    assertThat(client.serverIsProved()).isTrue();
  }

  @Test
  void writesSignsInNamesAsTheyMustBe() {
    assertThat(new ScramClient("a=b,c", "", NONCE).first()).startsWith("n,,n=a=3Db=2Cc,r=");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "r=other%nonce,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096",
        "r=rOprNGfwEbeRWgbNEkqO,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096",
        "r=rOprNGfwEbeRWgbNEkqOx,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=0",
        "r=rOprNGfwEbeRWgbNEkqOx,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=9999999",
        "r=rOprNGfwEbeRWgbNEkqOx,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=99999999999999999999",
        "r=rOprNGfwEbeRWgbNEkqOx,s=W,i=4096",
        "r=rOprNGfwEbeRWgbNEkqOx,i=4096",
        "m=x,r=rOprNGfwEbeRWgbNEkqOx,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096",
      })
  void refusesOtherChallenges(String challenge) {
    assertThatThrownBy(() -> client.respond(challenge)).isInstanceOf(MalformedReplyException.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "e=other-error", "v=AAAATRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=", "v=A"})
  void believesNoServerThatDoesNotKnowThePassword(String last) throws Exception {
    client.respond(SERVER_FIRST);

    assertThatThrownBy(() -> client.respond(last)).isInstanceOf(MalformedReplyException.class);
    assertThat(client.serverIsProved()).isFalse();
  }
}
