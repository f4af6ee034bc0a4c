package org.miltergate.gateway.smtp.session;

import org.miltergate.gateway.dns.ClientName;

/**
 * Where a message comes from, by the word of a client that may use XFORWARD.
 *
 * @param name of the first client, or {@code unknown}
 * @param address or {@code unknown}
 * @param queueId that the message had there; empty if that is not known
 */
public record ForwardedOrigin(String name, String address, String queueId) {
  public static final ForwardedOrigin UNKNOWN =
      new ForwardedOrigin(ClientName.UNKNOWN, ClientName.UNKNOWN, "");

  /** Returns what stands in the log line that names the client. */
  String logText() {
    String client = address.equals(ClientName.UNKNOWN) ? name : "%s[%s]".formatted(name, address);
    return (queueId.isEmpty() ? "" : ", orig_queue_id=" + queueId) + ", orig_client=" + client;
  }
}
