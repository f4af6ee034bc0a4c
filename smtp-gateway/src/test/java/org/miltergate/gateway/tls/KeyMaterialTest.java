package org.miltergate.gateway.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Keys and certificates in every form that there is, and what is said of the rest. */
class KeyMaterialTest {
  @TempDir Path directory;

  @ParameterizedTest(name = "{0} with {1}")
  @CsvSource({
    "rsa.pem,     rsa.key,                RSA,   1",
    "rsa.pem,     rsa-pkcs1.key,          RSA,   1",
    "rsa.pem,     rsa-encrypted.key,      RSA,   1",
    "rsa.pem,     rsa-pbes1.key,          RSA,   1",
    "rsa.p12,     rsa.p12,                RSA,   2",
    "ec.pem,      ec.key,                 EC,    1",
    "ec.pem,      ec-sec1.key,            EC,    1",
    "ec.pem,      ec-encrypted.key,       EC,    1",
    "ec.pem,      ec-with-parameters.key, EC,    1",
    "ec-all.pem,  ec-all.pem,             EC,    2",
    "ed25519.pem, ed25519.key,            EdDSA, 1",
  })
  void readsEveryForm(String certificate, String key, String algorithm, int chainLength)
      throws IOException {
    KeyFiles files =
        KeyFiles.of(TestKeys.file(certificate))
            .withKey(TestKeys.file(key))
            .withPassword(TestKeys.PASSWORD);

    KeyMaterial material = KeyMaterial.load(files);

    assertThat(material.key().getAlgorithm()).isEqualTo(algorithm);
    assertThat(material.chain()).hasSize(chainLength);
    assertThat(material.certificate().getSubjectX500Principal()).hasToString("CN=mx.test");
  }

  /** How programs and editors write the same certificate. */
  enum Form {
    PLAIN,
    BYTE_ORDER_MARK,
    UTF_16_LITTLE_ENDIAN,
    UTF_16_BIG_ENDIAN,
    CARRIAGE_RETURNS,
    X509,
    TRUSTED,
    REMARKS;

    byte[] of(String pem, byte[] der) {
      return switch (this) {
        case PLAIN -> pem.getBytes(StandardCharsets.US_ASCII);
        case BYTE_ORDER_MARK -> ("\uFEFF" + pem).getBytes(StandardCharsets.UTF_8);
        case UTF_16_LITTLE_ENDIAN -> ("\uFEFF" + pem).getBytes(StandardCharsets.UTF_16LE);
        case UTF_16_BIG_ENDIAN -> ("\uFEFF" + pem).getBytes(StandardCharsets.UTF_16BE);
        case CARRIAGE_RETURNS -> pem.replace("\n", "\r\n").getBytes(StandardCharsets.US_ASCII);
        case X509 -> block("X509 CERTIFICATE", der);
        case TRUSTED -> block("TRUSTED CERTIFICATE", withTrust(der));
        case REMARKS ->
            ("Bag Attributes\n    friendlyName: mx\n" + pem).getBytes(StandardCharsets.US_ASCII);
      };
    }

    /** Adds what {@code openssl x509 -addtrust serverAuth} adds. */
    private static byte[] withTrust(byte[] der) {
      byte[] trust = HexFormat.of().parseHex("300c300a06082b06010505070301");
      byte[] both = Arrays.copyOf(der, der.length + trust.length);
      System.arraycopy(trust, 0, both, der.length, trust.length);
      return both;
    }

    private static byte[] block(String label, byte[] content) {
      String base64 = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content);
      return "-----BEGIN %s-----\n%s\n-----END %s-----\n"
          .formatted(label, base64, label)
          .getBytes(StandardCharsets.US_ASCII);
    }
  }

  @ParameterizedTest
  @EnumSource
  void readsACertificateHoweverItIsWritten(Form form) throws Exception {
    X509Certificate expected =
        KeyMaterial.certificates(PemFile.read(TestKeys.file("rsa.pem"))).getFirst();
    String pem =
        new String(Form.block("CERTIFICATE", expected.getEncoded()), StandardCharsets.US_ASCII);
    Path file = directory.resolve("written.pem");
    Files.write(file, form.of(pem, expected.getEncoded()));

    KeyMaterial material = KeyMaterial.load(KeyFiles.of(file).withKey(TestKeys.file("rsa.key")));

    assertThat(material.chain()).containsExactly(expected);
  }

  @ParameterizedTest(name = "{0} with {1} and ''{2}''")
  @CsvSource({
    "rsa.pem, renewed.key,           '',     'renewed.key: private key (RSA) does not match the"
        + " first certificate of', 'subject CN=mx.test'",
    "rsa.pem, ec.key,                '',     ec.key: private key (EC) does not match, '(RSA,'",
    "ec.pem,  ed25519.key,           '',     private key (EdDSA) does not match, '(EC,'",
    "ca.pem,  ec.key,                '',     private key (EC) does not match, CN=Test CA",
    "rsa.pem, rsa-encrypted.key,     '',     rsa-encrypted.key: contains an encrypted, no password",
    "rsa.pem, rsa-encrypted.key,     wrong,  rsa-encrypted.key: private key cannot be, the"
        + " password",
    "rsa.pem, rsa-old-encrypted.key, secret, rsa-old-encrypted.key: RSA PRIVATE KEY, pkcs8 -topk8",
    "rsa.pem, ca.pem,                '',     'ca.pem: contains CERTIFICATE, must contain a"
        + " private', EC PRIVATE KEY",
    "rsa.key, rsa.key,               '',     'rsa.key: contains PRIVATE KEY, must contain a CERT',"
        + " CERT",
    "rsa.p12, rsa.p12,               wrong,  rsa.p12: PKCS#12 cannot be decrypted, password right",
    "rsa.pem, make.sh,               '',     make.sh: contains nothing in PEM format, must contain",
  })
  void saysWhatIsWrongWithFiles(
      String certificate, String key, String password, String expected, String alsoExpected) {
    KeyFiles files =
        KeyFiles.of(TestKeys.file(certificate)).withKey(TestKeys.file(key)).withPassword(password);

    assertThatThrownBy(() -> KeyMaterial.load(files))
        .isInstanceOf(KeyFileException.class)
        .hasMessageContaining(expected)
        .hasMessageContaining(alsoExpected);
  }

  @ParameterizedTest(name = "{1}")
  @CsvSource(
      delimiter = '|',
      value = {
        "-----BEGIN PRIVATE KEY-----                                          | line 1 has no"
            + " -----END",
        "-----BEGIN PRIVATE KEY-----\\n%%\\n-----END PRIVATE KEY-----         | begins in line 1 is"
            + " not valid base64",
        "-----BEGIN PRIVATE KEY-----\\nAAAA\\n-----END PRIVATE KEY-----       | an RSA, EC or"
            + " Ed25519 key",
        "-----BEGIN EC PRIVATE KEY-----\\nMA==\\n-----END EC PRIVATE KEY----- | EC PRIVATE KEY is"
            + " cut off",
        "-----BEGIN EC PRIVATE KEY-----\\nMAA=\\n-----END EC PRIVATE KEY----- | does not name its"
            + " curve",
        "-----BEGIN EC PRIVATE KEY-----\\nMIT/////\\n-----END EC PRIVATE KEY----- | is malformed"
            + " DER",
        "-----BEGIN DSA PRIVATE KEY-----\\nMAA=\\n-----END DSA PRIVATE KEY----- | contains DSA"
            + " PRIVATE KEY",
        "-----BEGIN ENCRYPTED PRIVATE KEY-----\\nMAA=\\n-----END ENCRYPTED PRIVATE KEY----- |"
            + " cannot be decrypted",
        "''                                                                   | contains nothing in"
            + " PEM format",
      })
  void saysWhatIsBroken(String text, String expected) throws IOException {
    Path key = directory.resolve("broken.key");
    Files.writeString(key, text.replace("\\n", "\n"));
    KeyFiles files =
        KeyFiles.of(TestKeys.file("rsa.pem")).withKey(key).withPassword(TestKeys.PASSWORD);

    assertThatThrownBy(() -> KeyMaterial.load(files))
        .isInstanceOf(KeyFileException.class)
        .hasMessageStartingWith(key + ": ")
        .hasMessageContaining(expected);
  }

  @Test
  void saysWhichCertificateOfAChainIsBroken() throws IOException {
    Path chain = directory.resolve("chain.pem");
    Files.writeString(
        chain,
        Files.readString(TestKeys.file("rsa.pem"))
            + "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");

    assertThatThrownBy(() -> KeyMaterial.load(KeyFiles.of(chain).withKey(TestKeys.file("rsa.key"))))
        .hasMessageStartingWith(chain + ": certificate 2 is malformed");
  }

  @Test
  void saysThatAFileIsMissingOrIsNone() {
    KeyFiles missing = KeyFiles.of(directory.resolve("none.pem"));
    KeyFiles folder = KeyFiles.of(directory);

    assertThatThrownBy(() -> KeyMaterial.load(missing))
        .hasMessage(missing.certificate() + ": no such file");
    assertThatThrownBy(() -> KeyMaterial.load(folder))
        .hasMessage(directory + ": is a directory, must be a file");
  }

  @Test
  void takesNoPkcs12ThatIsNone() throws IOException {
    Path store = directory.resolve("store.p12");
    Files.writeString(store, "no PKCS#12");

    assertThatThrownBy(() -> KeyMaterial.load(KeyFiles.of(store)))
        .hasMessageStartingWith(store + ": is not PKCS#12");
  }

  @Test
  void readsNoFileThatIsFarTooLarge() throws IOException {
    Path large = directory.resolve("large.pem");
    Files.write(large, new byte[4 * 1024 * 1024 + 1]);

    assertThatThrownBy(() -> KeyMaterial.load(KeyFiles.of(large)))
        .hasMessage(large + ": has 4194305 bytes, must have at most 4194304");
  }

  @Test
  void neverNamesAPassword() {
    assertThat(KeyFiles.of(Path.of("a.p12")).withPassword("secret")).hasToString("a.p12");
  }
}
