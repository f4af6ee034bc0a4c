package org.miltergate.peers;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.miltergate.peers.process.Daemon;
import org.miltergate.peers.process.Programs;

/**
 * An authority of the test's own, and certificates of it, made by OpenSSL.
 *
 * <p>All are PEM files that everybody can read.
 *
 * @param folder contains {@code ca.pem} and, for each name, {@code NAME.pem} and {@code NAME.key}
 */
public record Certificates(Path folder) {
  private static final String PASSWORD = "changeit";
  private static final String CURVE = "ec_paramgen_curve:P-256";

  /** Makes the authority. */
  public static Certificates in(Path folder) throws IOException {
    Certificates made = new Certificates(folder);
    made.openssl(
        "req",
        "-x509",
        "-newkey",
        "ec",
        "-pkeyopt",
        CURVE,
        "-nodes",
        "-days",
        "2",
        "-subj",
        "/CN=Test authority",
        "-keyout",
        "ca.key",
        "-out",
        "ca.pem");
    return made;
  }

  /** Creates a certificate for a host name that is also good for {@code 127.0.0.1}. */
  public Certificates with(String name) throws IOException {
    openssl(
        "req",
        "-new",
        "-newkey",
        "ec",
        "-pkeyopt",
        CURVE,
        "-nodes",
        "-subj",
        "/CN=" + name,
        "-keyout",
        name + ".key",
        "-out",
        name + ".csr");
    Files.writeString(
        folder.resolve(name + ".ext"), "subjectAltName = DNS:" + name + ", IP:127.0.0.1\n");
    openssl(
        "x509",
        "-req",
        "-in",
        name + ".csr",
        "-CA",
        "ca.pem",
        "-CAkey",
        "ca.key",
        "-CAcreateserial",
        "-days",
        "2",
        "-extfile",
        name + ".ext",
        "-out",
        name + ".pem");
    return this;
  }

  private void openssl(String... arguments) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Programs.require("openssl").toString());
    command.addAll(List.of(arguments));
    Daemon.run(folder, command);
  }

  /** Returns what a server of the test needs to speak TLS under that name. */
  public SSLContext context(String name) throws IOException {
    openssl(
        "pkcs12",
        "-export",
        "-inkey",
        name + ".key",
        "-in",
        name + ".pem",
        "-passout",
        "pass:" + PASSWORD,
        "-out",
        name + ".p12");
    try (InputStream file = Files.newInputStream(folder.resolve(name + ".p12"))) {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(file, PASSWORD.toCharArray());
      KeyManagerFactory keys =
          KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      keys.init(store, PASSWORD.toCharArray());
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(keys.getKeyManagers(), null, null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IOException(e);
    }
  }

  public Path authority() {
    return folder.resolve("ca.pem");
  }

  public Path chain(String name) {
    return folder.resolve(name + ".pem");
  }

  public Path key(String name) {
    return folder.resolve(name + ".key");
  }
}
