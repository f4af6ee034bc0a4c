package org.miltergate.gateway.spool;

import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.miltergate.milter.bytes.Bytes;

/**
 * Why a message was quarantined, and where it came from.
 *
 * @param queueId of the message, as in the log
 * @param time when it was quarantined
 * @param clientName host name of the SMTP client, or {@code unknown}
 * @param clientAddress its IP address
 * @param helo the client's HELO argument; empty if there was none
 * @param reasons one for each milter that asked for it; at least one
 */
public record QuarantineRecord(
    String queueId,
    Instant time,
    Bytes clientName,
    String clientAddress,
    Bytes helo,
    List<Reason> reasons) {

  /**
   * One milter's reason.
   *
   * @param milter its name in the chain
   * @param text as the milter wrote it
   */
  public record Reason(String milter, Bytes text) {
    public Reason {
      Objects.requireNonNull(milter, "milter");
      Objects.requireNonNull(text, "text");
    }
  }

  public QuarantineRecord {
    Objects.requireNonNull(queueId, "queueId");
    Objects.requireNonNull(time, "time");
    Objects.requireNonNull(clientName, "clientName");
    Objects.requireNonNull(clientAddress, "clientAddress");
    Objects.requireNonNull(helo, "helo");
    reasons = List.copyOf(reasons);
    if (reasons.isEmpty()) {
      throw new IllegalArgumentException("message " + queueId + " has no reason for quarantine");
    }
  }
}
