package org.miltergate.bench.load;

import java.io.IOException;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.miltergate.bench.process.CpuShares;
import org.miltergate.bench.process.CpuShares.Part;
import org.miltergate.bench.process.CpuTime;
import org.miltergate.bench.process.Filter;
import org.miltergate.bench.process.MailServer;
import org.miltergate.bench.process.Sink;
import org.miltergate.bench.process.WorkFolder;

/**
 * Puts the same load through one server after another, all in front of one sink.
 *
 * @param filters that the servers ask
 * @param shares gets the CPU time of each run
 */
public record MailRun(
    WorkFolder folder, Sink sink, List<Filter> filters, MailLoad load, CpuShares shares) {

  /** Sends this many messages without recording the result. */
  public void warmUp(MailServer server, int messages) throws IOException {
    load.withMessages(messages).send(folder.sub("source"), server.smtp().getPort());
    server.awaitIdle();
  }

  /** Returns how many messages arrived in a second. */
  public double messagesPerSecond(String name, MailServer server) throws IOException {
    Map<Part, Double> before = cpuSeconds(server);
    long begin = System.nanoTime();
    warmUp(server, load.messages());
    double seconds = (System.nanoTime() - begin) / 1e9;
    Map<Part, Double> used = cpuSeconds(server);
    used.replaceAll(
        (part, after) -> (after - before.getOrDefault(part, 0.0)) * 1e6 / load.messages());
    shares.add(name, used);
    return load.messages() / seconds;
  }

  private Map<Part, Double> cpuSeconds(MailServer server) throws IOException {
    Map<Part, Double> seconds = new EnumMap<>(Part.class);
    seconds.put(Part.SERVER, CpuTime.seconds(server.pid()));
    seconds.put(Part.SOURCE, CpuTime.secondsOfEndedChildren());
    seconds.put(Part.SINK, CpuTime.seconds(sink.pid()));
    double ofFilters = 0;
    for (Filter filter : filters) {
      ofFilters += CpuTime.seconds(filter.pid());
    }
    seconds.put(Part.FILTERS, ofFilters);
    return seconds;
  }
}
