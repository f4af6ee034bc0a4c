package org.miltergate.net;

/**
 * Serves connections: a milter, a mail server, or whatever else accepts byte streams.
 *
 * <p>The same service can be reached through a socket or, with {@link #connect}, within the
 * process.
 *
 * <p>Thread-safe: each connection is served on its own thread.
 */
@FunctionalInterface
public interface StreamService {

  /**
   * Serves one connection until it ends, and closes it; blocks until then.
   *
   * @param stream connected; belongs to the service from now on
   */
  void serve(ByteStream stream);

  /**
   * Connects to this service in memory: a virtual thread serves the other end. Does not block.
   *
   * @return this side's end; close it to end the connection
   */
  default ByteStream connect() {
    MemoryStream near = MemoryStream.open();
    Thread.ofVirtual()
        .name("stream-service")
        .start(() -> {
          try (MemoryStream far = near.peer()) {
            serve(far);
          }
        });
    return near;
  }

  /** Returns a dialer that {@linkplain #connect connects} to this service, whatever the address. */
  default Dialer dialer() {
    return (address, limit) -> connect();
  }
}
