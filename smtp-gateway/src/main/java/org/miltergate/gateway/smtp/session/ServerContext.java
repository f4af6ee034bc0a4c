package org.miltergate.gateway.smtp.session;

import java.time.InstantSource;
import org.miltergate.config.GatewayConfig;
import org.miltergate.config.limits.LimitsConfig;
import org.miltergate.gateway.admission.Admission;
import org.miltergate.gateway.admission.AuthFailures;
import org.miltergate.gateway.admission.MessageMemory;
import org.miltergate.gateway.admission.RelayPolicy;
import org.miltergate.gateway.auth.SaslServer;
import org.miltergate.gateway.bounce.BounceComposer;
import org.miltergate.gateway.log.MailLog;
import org.miltergate.gateway.log.QueueIds;
import org.miltergate.gateway.relay.NextHop;
import org.miltergate.gateway.smtp.content.HopCheck;
import org.miltergate.gateway.spool.QuarantineStore;
import org.miltergate.milter.body.BodyStore;
import org.miltergate.milter.chain.MilterChain;

/** What all SMTP sessions share. Immutable and thread-safe, or made of parts that are. */
public record ServerContext(
    GatewayConfig config,
    RelayPolicy policy,
    Admission admission,
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

  public String hostname() {
    return config.hostname();
  }

  public LimitsConfig limits() {
    return config.limits();
  }
}
