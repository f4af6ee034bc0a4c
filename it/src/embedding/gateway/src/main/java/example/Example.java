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
    GatewayConfig settings =
        GatewayConfig.DEFAULT.with(config ->
            config
                .set(GatewayConfig.HOSTNAME, "mx.example.org")
                .set(
                    GatewayConfig.LISTENERS,
                    List.of(ListenerConfig.of(new HostPort("127.0.0.1", 0))))
                .set(GatewayConfig.NEXT_HOP, NextHopConfig.Maildir.of(directory.resolve("mail")))
                .set(GatewayConfig.QUARANTINE, QuarantineConfig.of(directory.resolve("quarantine")))
                .set(GatewayConfig.SPOOL_DIRECTORY, directory.resolve("spool")));
    try (Gateway gateway = Gateway.start(settings)) {
      System.out.println("port " + gateway.addresses().getFirst().getPort());
      System.in.read();
    }
  }
}
