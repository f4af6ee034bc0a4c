package org.miltergate.peers.mta;

import ch.qos.logback.classic.Level;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.util.List;
import org.miltergate.config.GatewayConfig;
import org.miltergate.gateway.Gateway;
import org.miltergate.milter.chain.ChainListener;
import org.miltergate.peers.process.Lab;

/** A gateway in the test's own process, and what is logged while it runs. Thread-safe. */
public final class LoggedGateway implements Lab.Logged {
  private final Gateway gateway;
  private final GatewayLog log;

  private LoggedGateway(Gateway gateway, GatewayLog log) {
    this.gateway = gateway;
    this.log = log;
  }

  public static LoggedGateway start(GatewayConfig config) throws IOException {
    return start(config, ChainListener.NONE, Level.INFO);
  }

  /**
   * Starts one.
   *
   * @param listener receives the events of the chains of all sessions
   * @param level of what is logged at least
   */
  public static LoggedGateway start(GatewayConfig config, ChainListener listener, Level level)
      throws IOException {
    GatewayLog log = GatewayLog.begin(level);
    try {
      return new LoggedGateway(Gateway.start(config, listener), log);
    } catch (IOException | RuntimeException e) {
      log.close();
      throw e;
    }
  }

  /** Returns where its listeners take SMTP. */
  public List<InetSocketAddress> addresses() {
    return gateway.addresses();
  }

  public List<String> logLines() {
    return log.lines();
  }

  @Override
  public String log() {
    return String.join("\n", log.lines());
  }

  @Override
  public void close() {
    try {
      gateway.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      log.close();
    }
  }

  @Override
  public String toString() {
    return "gateway at " + gateway.addresses();
  }
}
