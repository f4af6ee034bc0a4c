package org.miltergate.bench;

import java.io.Closeable;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.miltergate.bench.process.Filter;
import org.miltergate.bench.process.GatewayProcess;
import org.miltergate.bench.process.JavaProcess;
import org.miltergate.bench.process.MailServer;
import org.miltergate.bench.process.NoServer;
import org.miltergate.bench.process.PostfixServer;
import org.miltergate.bench.process.Sink;
import org.miltergate.bench.process.StockServer;
import org.miltergate.bench.process.WorkFolder;

/** The servers of one comparison, all running and in front of one sink. */
final class GatewayRivals implements Closeable {
  private final Map<String, MailServer> servers = new LinkedHashMap<>();

  private GatewayRivals() {}

  /**
   * Starts them.
   *
   * @param jvm options of the gateway's Java
   */
  static GatewayRivals start(WorkFolder folder, Sink sink, List<Filter> filters, List<String> jvm)
      throws IOException {
    GatewayRivals rivals = new GatewayRivals();
    try {
      rivals.add("Postfix", PostfixServer.start(folder.sub("postfix"), sink.port(), filters));
      rivals.add("Miltergate", gateway(folder, sink, filters, false, jvm));
      if (filters.isEmpty()) {
        rivals.add("SubEthaSMTP and Angus Mail", stock(folder, sink));
        rivals.add("nothing: smtp-source to smtp-sink", new NoServer(sink.smtp()));
      } else {
        rivals.add("Miltergate, pipeline: true", gateway(folder, sink, filters, true, jvm));
      }
      return rivals;
    } catch (IOException e) {
      rivals.close();
      throw e;
    }
  }

  private static MailServer gateway(
      WorkFolder folder, Sink sink, List<Filter> filters, boolean pipeline, List<String> jvm)
      throws IOException {
    String settings = GatewayProcess.settings(sink.port(), filters, pipeline);
    return GatewayProcess.start(folder.sub("gateway"), settings, jvm);
  }

  private static MailServer stock(WorkFolder folder, Sink sink) throws IOException {
    return JavaProcess.start(
        folder.sub("stock"), List.of(), StockServer.class.getName(), Integer.toString(sink.port()));
  }

  private void add(String name, MailServer server) {
    servers.put(name, server);
  }

  /** Returns them by name; the others are compared with the first. */
  Map<String, MailServer> byName() {
    return servers;
  }

  @Override
  public void close() {
    servers.values().forEach(MailServer::close);
  }
}
