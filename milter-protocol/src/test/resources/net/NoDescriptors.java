import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.miltergate.net.Endpoint;
import org.miltergate.net.SocketDialer;

/** Dials when the process has no file descriptor left, and says how that came out. */
final class NoDescriptors {
  public static void main(String[] args) throws Exception {
    List<Endpoint> addresses =
        List.of(
            new Endpoint.Inet("127.0.0.1", 1),
            new Endpoint.Inet("milter.invalid", 1),
            new Endpoint.Unix(Path.of("/nowhere/milter.sock")));
    SocketDialer dialer = new SocketDialer();
    addresses.forEach(
        address -> dial(dialer, address)); // loads what needs descriptors to be loaded
    List<SocketChannel> sockets = new ArrayList<>();
    try {
      while (true) {
        sockets.add(SocketChannel.open());
      }
    } catch (IOException full) {
      addresses.forEach(address -> System.out.println(dial(dialer, address)));
    }
  }

  private static String dial(SocketDialer dialer, Endpoint address) {
    try {
      dialer.dial(address, Duration.ofSeconds(5)).close();
      return "connected";
    } catch (IOException e) {
      return e.getClass().getSimpleName();
    }
  }
}
