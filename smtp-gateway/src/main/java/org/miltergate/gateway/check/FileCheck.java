package org.miltergate.gateway.check;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.miltergate.config.GatewayConfig;
import org.miltergate.config.listener.ListenerConfig;
import org.miltergate.config.nexthop.NextHopConfig;
import org.miltergate.config.nexthop.NextHopTlsConfig;
import org.miltergate.config.text.Secret;
import org.miltergate.config.tls.CertificateConfig;
import org.miltergate.config.tls.ClientCertificates;
import org.miltergate.config.tls.TlsServerConfig;
import org.miltergate.gateway.auth.ConfiguredUsers;
import org.miltergate.gateway.tls.KeyFileCheck;
import org.miltergate.gateway.tls.KeyFileException;
import org.miltergate.gateway.tls.KeyFiles;
import org.miltergate.gateway.tls.ServerTls;

/** Whether certificates, keys and users can be read and fit together. */
final class FileCheck {
  private final Instant now;
  private final List<Finding> findings = new ArrayList<>();

  FileCheck(Instant now) {
    this.now = now;
  }

  List<Finding> check(GatewayConfig config) {
    List<ListenerConfig> listeners = config.listeners();
    for (int i = 0; i < listeners.size(); i++) {
      checkListener(listeners.get(i).tls(), "listeners[" + i + "].tls.");
    }
    config.nextHops().forEach((path, nextHop) -> checkNextHop(nextHop, path));
    checkUsers(config);
    return findings;
  }

  private void checkListener(TlsServerConfig tls, String path) {
    if (!tls.isOn()) {
      return;
    }
    int before = findings.size();
    checkKeys(
        files(tls.certificate().orElseThrow(), tls.key(), tls.password()),
        path + "certificate",
        path + "key");
    for (int i = 0; i < tls.moreCertificates().size(); i++) {
      CertificateConfig more = tls.moreCertificates().get(i);
      String morePath = path + "more-certificates[" + i + "].";
      checkKeys(
          files(more.certificate(), more.key(), more.password()),
          morePath + "certificate",
          morePath + "key");
    }
    if (tls.clientCertificates() != ClientCertificates.NONE) {
      checkAuthorities(tls.clientCa(), path + "client-ca");
    }
    if (findings.subList(before, findings.size()).stream()
        .noneMatch(finding -> finding.kind() == Finding.Kind.PROBLEM)) {
      tryAll(tls, path.substring(0, path.length() - 1));
    }
  }

  /** What is wrong with the whole, where each file is in order by itself. */
  private void tryAll(TlsServerConfig tls, String path) {
    try {
      ServerTls.open(tls);
    } catch (IOException e) {
      findings.add(Finding.problem(path, String.valueOf(e.getMessage())));
    }
  }

  private static KeyFiles files(Path certificate, Optional<Path> key, Secret password) {
    KeyFiles files = KeyFiles.of(certificate).withPassword(password.value());
    return key.map(files::withKey).orElse(files);
  }

  private void checkNextHop(NextHopConfig nextHop, String path) {
    switch (nextHop) {
      case NextHopConfig.Maildir maildir -> {}
      case NextHopConfig.Smtp smtp -> checkNextHop(smtp.tls(), path + ".");
      case NextHopConfig.Several several -> {
        for (int i = 0; i < several.hops().size(); i++) {
          checkNextHop(several.hops().get(i).tls(), path + "[" + i + "].");
        }
      }
    }
  }

  private void checkNextHop(NextHopTlsConfig tls, String path) {
    tls.certificate()
        .map(file -> KeyFiles.of(file).withKey(tls.key().orElse(file)))
        .ifPresent(files -> checkKeys(files, path + "tls-certificate", path + "tls-key"));
    checkAuthorities(tls.ca(), path + "tls-ca");
  }

  private void checkKeys(KeyFiles files, String certificatePath, String keyPath) {
    boolean one = files.key().equals(files.certificate());
    report(
        KeyFileCheck.ofKeys(files, now), files.certificate(), certificatePath, one ? "" : keyPath);
    note(files.key(), one ? certificatePath : keyPath);
  }

  private void checkAuthorities(Optional<Path> file, String path) {
    if (file.isPresent()) {
      report(KeyFileCheck.ofAuthorities(file.get(), now), file.get(), path, "");
      note(file.get(), path);
    }
  }

  private void report(KeyFileCheck.Result result, Path first, String firstPath, String otherPath) {
    for (KeyFileException fault : result.faults()) {
      String path = otherPath.isEmpty() || fault.file().equals(first) ? firstPath : otherPath;
      findings.add(Finding.problem(path, String.valueOf(fault.getMessage())));
    }
    result.remarks().forEach(text -> findings.add(Finding.warning(firstPath, text)));
  }

  private void checkUsers(GatewayConfig config) {
    if (!config.auth().hasUsers()) {
      return;
    }
    boolean file = config.auth().usersFile().isPresent();
    try {
      ConfiguredUsers.check(config.auth());
      config.auth().usersFile().ifPresent(users -> note(users, "auth.users-file"));
    } catch (IOException e) {
      findings.add(
          Finding.problem(file ? "auth.users-file" : "auth.users", String.valueOf(e.getMessage())));
    }
  }

  private void note(Path file, String path) {
    Ownership.onlyRootReads(file).map(text -> Finding.note(path, text)).ifPresent(findings::add);
  }
}
