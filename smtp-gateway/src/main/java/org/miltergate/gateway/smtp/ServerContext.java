package org.miltergate.gateway.smtp;

import java.time.InstantSource;
import org.miltergate.config.GatewayConfig;
import org.miltergate.config.limits.LimitsConfig;
import org.miltergate.gateway.auth.SaslServer;
import org.miltergate.gateway.bounce.BounceComposer;
import org.miltergate.gateway.relay.NextHop;
import org.miltergate.gateway.spool.QuarantineStore;
import org.miltergate.milter.chain.MilterChain;
import org.miltergate.milter.mail.BodyStore;

/** What all SMTP sessions share. Immutable and thread-safe, or made of parts that are. */
record ServerContext(
    GatewayConfig config,
    RelayPolicy policy,
    Edge edge,
    QueueIds queueIds,
    MilterChain chain,
    NextHop nextHop,
    SaslServer sasl,
    AuthFailures authFailures,
    RecipientChecks checks,
    BounceComposer bounces,
    HopCheck hops,
    QuarantineStore quarantine,
    BodyStore bodies,
    MessageMemory memory,
    ListenerTls tls,
    MailLog log,
    InstantSource clock) {

  String hostname() {
    return config.hostname();
  }

  LimitsConfig limits() {
    return config.limits();
  }
}
