package org.miltergate.bench.load;

import java.io.Closeable;
import java.io.IOException;
import java.util.List;
import org.miltergate.milter.bytes.Bytes;
import org.miltergate.milter.server.Answer;
import org.miltergate.milter.server.MilterHandler;
import org.miltergate.milter.server.MilterServer;
import org.miltergate.net.Endpoint;

/** Discards each message at MAIL, so that the gateway reads it, asks nothing and sends nothing. */
public record DiscardingMilter(MilterServer server) implements Closeable {

  public static DiscardingMilter start() throws IOException {
    return new DiscardingMilter(
        MilterServer.builder(
                "discard",
                context ->
                    new MilterHandler() {
                      @Override
                      public Answer mail(Bytes sender, List<Bytes> arguments) {
                        return Answer.DISCARD;
                      }
                    })
            .start());
  }

  public Endpoint address() {
    return server.address();
  }

  @Override
  public void close() {
    server.close();
  }
}
