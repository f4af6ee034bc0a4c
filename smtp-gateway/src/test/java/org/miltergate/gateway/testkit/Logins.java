package org.miltergate.gateway.testkit;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import org.miltergate.config.auth.PasswordHash;
import org.miltergate.gateway.auth.Passwords;
import org.miltergate.gateway.auth.Users;

/** A server with one user, alice, whose password is "secret". */
public final class Logins {
  private static final PasswordHash SECRET = Passwords.hash("secret", 4096);

  public static final Users USERS =
      Users.of(name -> name.equals("alice") ? Optional.of(SECRET) : Optional.empty());

  private Logins() {}

  public static TestServer.Builder server() {
    return TestServer.builder().users(USERS);
  }

  public static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  public static void transcript(String text) throws IOException {
    try (TestServer server = server().start();
        RawSmtpClient client = server.client()) {
      client.play(text);
    }
  }
}
