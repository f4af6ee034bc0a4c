package org.miltergate.gateway.relay.smtp;

import java.io.IOException;
import org.miltergate.config.nexthop.NextHopTlsConfig;
import org.miltergate.gateway.tls.ClientTls;
import org.miltergate.gateway.tls.KeyFiles;

/** Creates TLS for a next hop from its settings. */
public final class RelayTls {
  private RelayTls() {}

  /**
   * Reads the files that the settings name.
   *
   * @throws IOException if a file cannot be read or understood
   */
  public static ClientTls open(NextHopTlsConfig config) throws IOException {
    ClientTls.Builder tls =
        ClientTls.builder(
                switch (config.level()) {
                  case NONE, MAY, ENCRYPT -> ClientTls.Trust.ANY;
                  case VERIFY -> ClientTls.Trust.VERIFIED;
                })
            .name(config.name())
            .minimumVersion(config.minimumVersion());
    config.ca().ifPresent(tls::ca);
    config
        .certificate()
        .ifPresent(file -> tls.certificate(KeyFiles.of(file).withKey(config.key().orElse(file))));
    return tls.open();
  }
}
