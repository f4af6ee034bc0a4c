package example;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.apache.james.metrics.api.Metric;
import org.apache.james.metrics.api.MetricFactory;
import org.apache.james.metrics.api.TimeMetric;
import org.apache.james.protocols.netty.NettyServer;
import org.apache.james.protocols.smtp.SMTPConfigurationImpl;
import org.apache.james.protocols.smtp.SMTPProtocol;
import org.apache.james.protocols.smtp.SMTPProtocolHandlerChain;
import org.apache.james.protocols.smtp.hook.HookResult;
import org.apache.james.protocols.smtp.hook.MessageHook;
import org.miltergate.james.MilterHooks;
import org.miltergate.milter.chain.MilterChain;
import org.reactivestreams.Publisher;

/**
 * Takes mail until its standard input ends, asks the milter that is its first argument, and writes
 * the message into the file that is its second.
 */
public final class Example {
  private Example() {}

  public static void main(String[] arguments) throws Exception {
    MilterChain chain = MilterChain.of(arguments[0]);
    Path file = Path.of(arguments[1]);
    MessageHook store =
        (session, mail) -> {
          try (InputStream content = mail.getMessageInputStream()) {
            Files.copy(content, file);
            return HookResult.OK;
          } catch (IOException e) {
            return HookResult.DENYSOFT;
          }
        };
    SMTPProtocolHandlerChain handlers = new SMTPProtocolHandlerChain(new NoMetrics());
    handlers.add(0, new MilterHooks(chain, "mx.example.org", store));
    handlers.wireExtensibleHandlers();
    NettyServer server =
        new NettyServer.Factory()
            .protocol(new SMTPProtocol(handlers, new SMTPConfigurationImpl()))
            .build();
    server.setListenAddresses(new InetSocketAddress("127.0.0.1", 0));
    server.bind();
    try {
      System.out.println("port " + server.getListenAddresses().getFirst().getPort());
      System.in.read();
    } finally {
      server.unbind();
    }
    System.exit(0); // unbind of James leaves the threads that serve clients
  }

  /** Measures nothing. */
  private static final class NoMetrics implements MetricFactory {
    @Override
    public Metric generate(String name) {
      throw new UnsupportedOperationException(name);
    }

    @Override
    public TimeMetric timer(String name) {
      return new TimeMetric() {
        @Override
        public String name() {
          return name;
        }

        @Override
        public ExecutionResult stopAndPublish() {
          return new ExecutionResult() {
            @Override
            public Duration elasped() {
              return Duration.ZERO;
            }

            @Override
            public ExecutionResult logWhenExceedP99(Duration limit) {
              return this;
            }
          };
        }
      };
    }

    @Override
    public <T> Publisher<T> decoratePublisherWithTimerMetric(String name, Publisher<T> publisher) {
      return publisher;
    }

    @Override
    public <T> Publisher<T> decoratePublisherWithTimerMetricLogP99(
        String name, Publisher<T> publisher) {
      return publisher;
    }
  }
}
