package org.miltergate.gateway.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.miltergate.milter.bytes.Bytes;

class CredentialTest {
  /** Salt and iterations of the example in RFC 7677 section 3; the password is "pencil". */
  private static final String PENCIL =
      "SCRAM-SHA-256$4096:W22ZaJ0SNY7soEsUEjb6gQ=="
          + "$WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY=:wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU=";

  @Test
  void madeOfTheExampleInTheStandardItIsWhatOthersMakeOfIt() {
    Bytes salt = Bytes.copyOf(Base64.getDecoder().decode("W22ZaJ0SNY7soEsUEjb6gQ=="));

    assertThat(Credential.of("pencil", 4096, salt).text()).isEqualTo(PENCIL);
  }

  @Test
  void isReadFromItsText() {
    Credential credential = Credential.parse(PENCIL);

    assertThat(credential.iterations()).isEqualTo(4096);
    assertThat(credential.text()).isEqualTo(PENCIL);
    assertThat(credential.matches("pencil")).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "Pencil", "pencil ", "pen", "pencil\0", "\u0007", "\u00ad"})
  void otherPasswordsDoNotMatch(String password) {
    assertThat(Credential.parse(PENCIL).matches(password)).isFalse();
  }

  @Test
  void passwordsAreComparedAsTheyArePrepared() {
    Credential credential = Credential.of("pa\u00adss\u2168 w\u00f6rt", 4096);

    assertThat(credential.matches("passIX\u00a0wo\u0308rt")).isTrue();
  }

  @Test
  void eachHasASaltOfItsOwn() {
    assertThat(Credential.of("secret", 4096)).isNotEqualTo(Credential.of("secret", 4096));
  }

  @Test
  void isNotShownByAccident() {
    assertThat(Credential.parse(PENCIL)).hasToString("SCRAM-SHA-256$4096:...");
  }

  @ParameterizedTest(name = "{1}: {0}")
  @CsvSource({
    "'',                                            not of the form",
    "secret,                                        not of the form",
    "SCRAM-SHA-256$4096,                            not of the form",
    "SCRAM-SHA-1$4096:AAAAAAAAAAA=$K:K,             not of the form",
    "SCRAM-SHA-256$04096:AAAAAAAAAAA=$K:K,          not of the form",
    "SCRAM-SHA-256$99999999:AAAAAAAAAAA=$K:K,       not of the form",
    "SCRAM-SHA-256$4095:AAAAAAAAAAA=$K:K,           iterations must be 4096 to 1000000",
    "SCRAM-SHA-256$1000001:AAAAAAAAAAA=$K:K,        iterations must be 4096 to 1000000",
    "SCRAM-SHA-256$4096:AAAA$K:K,                   the salt must have 8 to 64 bytes",
    "SCRAM-SHA-256$4096:AAAAAAAAAAA=$AAAA:K,        both keys must have 32 bytes",
    "SCRAM-SHA-256$4096:AAAAAAAAAAA=$K:AAAA,        both keys must have 32 bytes",
    "SCRAM-SHA-256$4096:AAAAA$K:K,                  must be base64",
  })
  void refusesWhatIsNoCredential(String text, String reason) {
    String key = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";

    assertThatThrownBy(() -> Credential.parse(text.replace("K", key)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(reason);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "secret\nsecret", "\u00ad", "\ud800secret"})
  void makesNoneOfAPasswordThatNobodyCanSend(String password) {
    assertThatThrownBy(() -> Credential.of(password, 4096))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageNotContaining("secret");
  }
}
