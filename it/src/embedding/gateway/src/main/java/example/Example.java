package example;

import java.nio.file.Path;
import java.util.List;
import org.miltergate.address.HostPort;
import org.miltergate.config.GatewayConfig;
import org.miltergate.config.QuarantineConfig;
import org.miltergate.config.listener.ListenerConfig;
import org.miltergate.config.nexthop.NextHopConfig;
import org.miltergate.gateway.Gateway;

/**
 * Takes mail until its standard input ends, and puts it into the directory that is its argument.
 */
public final class Example {
  private Example() {}

  public static void main(String[] arguments) throws Exception {
    Path directory = Path.of(arguments[0]);
    GatewayConfig config =
        GatewayConfig.DEFAULT.with(c ->
            c.hostname("mx.example.org")
                .listeners(List.of(ListenerConfig.of(new HostPort("127.0.0.1", 0))))
                .nextHop(NextHopConfig.Maildir.of(directory.resolve("mail")))
                .quarantine(new QuarantineConfig(directory.resolve("quarantine")))
                .spoolDirectory(directory.resolve("spool")));
    try (Gateway gateway = Gateway.start(config)) {
      System.out.println("port " + gateway.addresses().getFirst().getPort());
      System.in.read();
    }
  }
}
