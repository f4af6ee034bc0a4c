package org.miltergate.gateway.auth;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.miltergate.config.auth.AuthMechanism;
import org.miltergate.config.auth.PasswordHash;
import org.miltergate.milter.bytes.Bytes;

class SaslExchangeTest {
  private static final PasswordHash PENCIL =
      Passwords.hash(
          "pencil", 4096, Bytes.copyOf(Base64.getDecoder().decode("W22ZaJ0SNY7soEsUEjb6gQ==")));
  private static final UserTable TABLE =
      new UserTable.Builder().add("user", PENCIL).add("a=b,c", PENCIL).build();
  private static final SaslServer SERVER =
      new SaslServer(Users.of(TABLE), List.of(AuthMechanism.values()));

  @Test
  void scramIsTheExampleOfTheStandard() {
    ScramExchange exchange =
        new ScramExchange(TABLE, LoginAttempts.UNLIMITED, () -> "%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0");

    assertThat(exchange.next(bytes("n,,n=user,r=rOprNGfwEbeRWgbNEkqO")))
        .isEqualTo(
            challenge(
                "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,"
                    + "s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096"));
    assertThat(
            exchange.next(
                bytes(
                    "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,"
                        + "p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=")))
        .isEqualTo(challenge("v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4="));
    assertThat(exchange.next(Bytes.EMPTY))
        .isEqualTo(new SaslStep.Done(new Login("SCRAM-SHA-256", "user", "user")));
  }

  @Test
  void scramSpeaksWithAClientOfAnotherMaker() throws Exception {
    for (String user : List.of("user", "a=b,c")) {
      ScramClientOfTests client = new ScramClientOfTests(user, "pencil");
      SaslExchange exchange = SERVER.begin("scram-sha-256").orElseThrow();

      Bytes proof = client.answer(exchange.next(client.first()));
      Bytes last = client.accept(exchange.next(proof));

      assertThat(exchange.next(last)).isInstanceOf(SaslStep.Done.class);
    }
  }

  @Test
  void scramRefusesAWrongPasswordAtTheProofAndNotBefore() throws Exception {
    for (String user : List.of("user", "nobody")) {
      ScramClientOfTests client = new ScramClientOfTests(user, "pencils");
      SaslExchange exchange = SERVER.begin("SCRAM-SHA-256").orElseThrow();

      Bytes proof = client.answer(exchange.next(client.first()));

      assertThat(exchange.next(proof))
          .isEqualTo(new SaslStep.Refused("unknown user or wrong password", user));
    }
  }

  @Test
  void anUnknownUserHasTheSameSaltEachTimeAndIterationsOfTheOthers() {
    String first = serverFirst("nobody");

    assertThat(first).endsWith(",i=4096");
    assertThat(salt(serverFirst("nobody"))).isEqualTo(salt(first));
    assertThat(salt(serverFirst("somebody"))).isNotEqualTo(salt(first));
    assertThat(Base64.getDecoder().decode(salt(first))).hasSize(16);
  }

  private static String serverFirst(String user) {
    SaslStep step =
        new ScramExchange(TABLE, LoginAttempts.UNLIMITED).next(bytes("n,,n=" + user + ",r=nonce"));
    return ((SaslStep.Challenge) step).data().toUtf8String();
  }

  private static String salt(String serverFirst) {
    return serverFirst.replaceAll(".*,s=|,i=.*", "");
  }

  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource(
      delimiter = '|',
      value = {
        "y,,n=user,r=x                    | ok",
        "n,a=user,n=user,r=x              | ok",
        "n,,n=user,r=x,ext=1              | ok",
        "n,,n=a=3Db=2Cc,r=x               | ok",
        "p=tls-unique,,n=user,r=x         | channel binding is not offered",
        "n,a=other,n=user,r=x             | may not act for another user",
        "''                               | malformed response",
        "n                                | malformed response",
        "n,                               | malformed response",
        "n,,                              | malformed response",
        "x,,n=user,r=x                    | malformed response",
        "n,b=user,n=user,r=x              | malformed response",
        "n,a=,n=user,r=x                  | malformed response",
        "n,,m=must,n=user,r=x             | malformed response",
        "n,,n=user                        | malformed response",
        "n,,n=user,r=                     | malformed response",
        "n,,n=user,r=n ce                 | malformed response",
        "n,,n=,r=x                        | malformed response",
        "n,,n=a=b,r=x                     | malformed response",
        "n,,n=a=,r=x                      | malformed response",
        "n,,n=us\u0007er,r=x              | invalid user name",
        "n,,r=x,n=user                    | malformed response",
      })
  void scramReadsTheFirstMessageStrictly(String message, String outcome) {
    SaslStep step = new ScramExchange(TABLE, LoginAttempts.UNLIMITED).next(bytes(message));

    if (outcome.equals("ok")) {
      assertThat(step).isInstanceOf(SaslStep.Challenge.class);
    } else {
      assertThat(step)
          .isInstanceOfSatisfying(
              SaslStep.Refused.class, refused -> assertThat(refused.reason()).isEqualTo(outcome));
    }
  }

  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource(
      delimiter = '|',
      value = {
        "c=biws,r=cs,p=P       | unknown user or wrong password",
        "c=biws,r=cs,x=1,p=P   | unknown user or wrong password",
        "c=eSws,r=cs,p=P       | the client's messages do not match",
        "c=biws,r=c,p=P        | the client's messages do not match",
        "c=biws,r=cs           | malformed response",
        "c=biws,p=P            | malformed response",
        "r=cs,c=biws,p=P       | malformed response",
        "c=biws,r=cs,p=AAAA    | malformed response",
        "c=biws,r=cs,p=!       | malformed response",
        "c=!,r=cs,p=P          | malformed response",
        "c=,r=cs,p=P           | the client's messages do not match",
        "''                    | malformed response",
        ",p=P                  | malformed response",
      })
  void scramReadsTheLastMessageStrictly(String message, String outcome) {
    ScramExchange exchange = new ScramExchange(TABLE, LoginAttempts.UNLIMITED, () -> "s");
    exchange.next(bytes("n,,n=user,r=c"));

    SaslStep step =
        exchange.next(bytes(message.replace("P", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=")));

    assertThat(step).isEqualTo(new SaslStep.Refused(outcome, "user"));
  }

  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource(
      delimiter = '|',
      value = {
        "0user0pencil       | ok",
        "user0user0pencil   | ok",
        "0u\u00adser0pencil | ok",
        "other0user0pencil  | may not act for another user",
        "0user0wrong        | unknown user or wrong password",
        "0nobody0pencil     | unknown user or wrong password",
        "0user0             | invalid user name or password",
        "00pencil           | invalid user name or password",
        "user0pencil        | malformed response",
        "0user0pencil0      | malformed response",
        "''                 | malformed response",
      })
  void plainTakesOneResponse(String response, String outcome) {
    SaslStep step = SERVER.begin("PLAIN").orElseThrow().next(bytes(response.replace('0', '\0')));

    if (outcome.equals("ok")) {
      assertThat(step).isEqualTo(new SaslStep.Done(new Login("PLAIN", "user", "user")));
    } else {
      assertThat(step)
          .isInstanceOfSatisfying(
              SaslStep.Refused.class, refused -> assertThat(refused.reason()).isEqualTo(outcome));
    }
  }

  @Test
  void loginAsksForTheNameAndThenForThePassword() {
    SaslExchange exchange = SERVER.begin("Login").orElseThrow();

    assertThat(exchange.first()).isEqualTo(challenge("Username:"));
    assertThat(exchange.next(bytes("user"))).isEqualTo(challenge("Password:"));
    assertThat(exchange.next(bytes("pencil")))
        .isEqualTo(new SaslStep.Done(new Login("LOGIN", "user", "user")));
  }

  @Test
  void whoOnlyChecksPasswordsOffersNoScram() {
    Users users = (name, password) -> name.equals("alice") && password.equals("secret");
    SaslServer server = new SaslServer(users, List.of(AuthMechanism.values()));

    assertThat(server.mechanisms()).containsExactly("PLAIN", "LOGIN");
    assertThat(server.begin("SCRAM-SHA-256")).isEmpty();
    assertThat(server.begin("PLAIN").orElseThrow().next(bytes("\0alice\0secret")))
        .isInstanceOf(SaslStep.Done.class);
  }

  @Test
  void usersThatCannotBeAskedNowAreNoRefusal() {
    PasswordHashes down =
        name -> {
          throw new IOException("directory is down");
        };
    SaslServer server = new SaslServer(Users.of(down), List.of(AuthMechanism.values()));

    assertThat(server.begin("PLAIN").orElseThrow().next(bytes("\0alice\0secret")))
        .isEqualTo(new SaslStep.Unavailable("directory is down", "alice"));
    assertThat(server.begin("SCRAM-SHA-256").orElseThrow().next(bytes("n,,n=alice,r=x")))
        .isEqualTo(new SaslStep.Unavailable("directory is down", "alice"));
  }

  @ParameterizedTest
  @EnumSource(AuthMechanism.class)
  void noResponseEndsInAnUncheckedException(AuthMechanism mechanism) {
    Random random = new Random(20261121);
    String[] words = {
      "n,,",
      "y,,",
      "p=",
      "n=",
      "r=",
      "c=",
      "biws",
      "s=",
      "i=",
      "a=",
      "=2C",
      "=3D",
      ",",
      "=",
      "user",
      "nonce",
      "\0",
      "\u00e9",
      "\ud83d\ude00",
      "\ufffe",
      "\u0378",
      "\u0627",
      "1",
      "pencil",
      "AAAA",
      "\u00ad"
    };
    for (int round = 0; round < 1000; round++) {
      SaslExchange exchange =
          new SaslServer(
                  Users.of(new UserTable.Builder().add("user", PENCIL).build()), List.of(mechanism))
              .begin(mechanism.text())
              .orElseThrow();
      SaslStep step = exchange.first();
      for (int turn = 0; turn < 4 && step instanceof SaslStep.Challenge; turn++) {
        StringBuilder text = new StringBuilder();
        int count = random.nextInt(8);
        for (int i = 0; i < count; i++) {
          text.append(words[random.nextInt(words.length)]);
        }
        byte[] response = text.toString().getBytes(StandardCharsets.UTF_8);
        if (response.length > 0 && random.nextInt(4) == 0) {
          response[random.nextInt(response.length)] = (byte) random.nextInt();
        }
        step = exchange.next(Bytes.copyOf(response));
      }
      assertThat(step).isNotInstanceOf(SaslStep.Done.class);
    }
  }

  private static Bytes bytes(String text) {
    return Bytes.ofUtf8(text);
  }

  private static SaslStep challenge(String text) {
    return new SaslStep.Challenge(bytes(text));
  }
}
