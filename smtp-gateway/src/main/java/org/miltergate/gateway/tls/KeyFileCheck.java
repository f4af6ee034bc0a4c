package org.miltergate.gateway.tls;

import java.io.IOException;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Checks files with keys and certificates as at startup, and reports everything that is wrong. */
public final class KeyFileCheck {
  /** A certificate that expires this soon has most likely been forgotten. */
  private static final Duration SOON = Duration.ofDays(7);

  private static final DateTimeFormatter DAY =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm 'UTC'", Locale.ROOT).withZone(ZoneOffset.UTC);

  /**
   * What was found.
   *
   * @param faults that keep TLS from starting
   * @param remarks on certificates that can be used, but that peers refuse now or soon
   */
  public record Result(List<KeyFileException> faults, List<String> remarks) {
    public Result {
      faults = List.copyOf(faults);
      remarks = List.copyOf(remarks);
    }
  }

  private KeyFileCheck() {}

  /** Checks a key and its certificates. */
  public static Result ofKeys(KeyFiles files, Instant now) {
    List<KeyFileException> faults = new ArrayList<>();
    if (!files.isPkcs12()) {
      collect(faults, () -> KeyMaterial.certificates(PemFile.read(files.certificate())));
      if (!files.key().equals(files.certificate()) || faults.isEmpty()) {
        collect(faults, () -> PrivateKeys.read(PemFile.read(files.key()), files.password()));
      }
    }
    List<String> remarks = new ArrayList<>();
    if (faults.isEmpty()) {
      collect(
          faults,
          () -> remarks.addAll(remarks(files.certificate(), KeyMaterial.load(files).chain(), now)));
    }
    return new Result(faults, remarks);
  }

  /** Checks a file with certificates of authorities. */
  public static Result ofAuthorities(Path file, Instant now) {
    List<KeyFileException> faults = new ArrayList<>();
    List<String> remarks = new ArrayList<>();
    collect(
        faults,
        () -> {
          Authorities.of(file);
          remarks.addAll(remarks(file, KeyMaterial.certificates(PemFile.read(file)), now));
        });
    return new Result(faults, remarks);
  }

  private interface Attempt {
    void run() throws IOException;
  }

  private static void collect(List<KeyFileException> faults, Attempt attempt) {
    try {
      attempt.run();
    } catch (KeyFileException e) {
      faults.add(e);
    } catch (IOException e) {
      throw new IllegalStateException("the JDK cannot do TLS: " + e.getMessage(), e);
    }
  }

  private static List<String> remarks(Path file, List<X509Certificate> chain, Instant now) {
    List<String> remarks = new ArrayList<>();
    for (int i = 0; i < chain.size(); i++) {
      X509Certificate certificate = chain.get(i);
      Instant begin = certificate.getNotBefore().toInstant();
      Instant end = certificate.getNotAfter().toInstant();
      String what = "";
      if (end.isBefore(now)) {
        what = "expired on " + DAY.format(end);
      } else if (begin.isAfter(now)) {
        what = "is not valid before " + DAY.format(begin);
      } else if (end.isBefore(now.plus(SOON))) {
        what = "expires on " + DAY.format(end);
      }
      if (!what.isEmpty()) {
        remarks.add(
            String.format(
                Locale.ROOT,
                "%s: certificate %d (%s) %s",
                file,
                i + 1,
                certificate.getSubjectX500Principal(),
                what));
      }
    }
    return remarks;
  }
}
