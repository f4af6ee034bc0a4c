package org.miltergate.gateway.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.miltergate.config.auth.PasswordHash;
import org.miltergate.milter.bytes.Bytes;

class PasswordsTest {
  /** Salt and iterations of the example in RFC 7677 section 3; the password is "pencil". */
  private static final String PENCIL =
      "SCRAM-SHA-256$4096:W22ZaJ0SNY7soEsUEjb6gQ=="
          + "$WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY=:wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU=";

  @Test
  void madeOfTheExampleInTheStandardItIsWhatOthersMakeOfIt() {
    Bytes salt = Bytes.copyOf(Base64.getDecoder().decode("W22ZaJ0SNY7soEsUEjb6gQ=="));

    assertThat(Passwords.hash("pencil", 4096, salt).text()).isEqualTo(PENCIL);
  }

  @Test
  void matchesTheirHash() {
    assertThat(Passwords.matches(PasswordHash.parse(PENCIL), "pencil")).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "Pencil", "pencil ", "pen", "pencil\0", "\u0007", "\u00ad"})
  void otherPasswordsDoNotMatch(String password) {
    assertThat(Passwords.matches(PasswordHash.parse(PENCIL), password)).isFalse();
  }

  @Test
  void passwordsAreComparedAsTheyArePrepared() {
    PasswordHash hash = Passwords.hash("pa\u00adss\u2168 w\u00f6rt", 4096);

    assertThat(Passwords.matches(hash, "passIX\u00a0wo\u0308rt")).isTrue();
  }

  @Test
  void eachHasASaltOfItsOwn() {
    assertThat(Passwords.hash("secret", 4096)).isNotEqualTo(Passwords.hash("secret", 4096));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "secret\nsecret", "\u00ad", "\ud800secret"})
  void makesNoneOfAPasswordThatNobodyCanSend(String password) {
    assertThatThrownBy(() -> Passwords.hash(password, 4096))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageNotContaining("secret");
  }
}
