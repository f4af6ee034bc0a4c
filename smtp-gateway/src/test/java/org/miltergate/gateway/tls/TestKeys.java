package org.miltergate.gateway.tls;

import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Path;

/** The keys and certificates that {@code make.sh} beside them has made. */
public final class TestKeys {
  public static final String PASSWORD = "secret";

  private TestKeys() {}

  public static Path file(String name) {
    URL url = TestKeys.class.getResource(name);
    if (url == null) {
      throw new IllegalArgumentException("no file " + name + " in the test resources");
    }
    try {
      return Path.of(url.toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Returns the files {@code name.pem} and {@code name.key}. */
  public static KeyFiles pair(String name) {
    return KeyFiles.of(file(name + ".pem")).withKey(file(name + ".key"));
  }
}
