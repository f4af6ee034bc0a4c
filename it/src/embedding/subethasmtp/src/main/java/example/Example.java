package example;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import org.miltergate.milter.chain.MilterChain;
import org.miltergate.subethasmtp.SubethaMilters;
import org.subethamail.smtp.MessageHandler;
import org.subethamail.smtp.server.SMTPServer;

/**
 * Takes mail until its standard input ends, asks the milter that is its first argument, and writes
 * the message into the file that is its second.
 */
public final class Example {
  private Example() {}

  public static void main(String[] arguments) throws Exception {
    MilterChain chain = MilterChain.of(arguments[0]);
    Path file = Path.of(arguments[1]);
    SubethaMilters milters = new SubethaMilters(chain, "mx.example.org", context -> new Store(file));
    SMTPServer server =
        SMTPServer.port(0)
            .bindAddress(InetAddress.getLoopbackAddress())
            .hostName("mx.example.org")
            .sessionHandler(milters)
            .messageHandlerFactory(milters)
            .build();
    server.start();
    try {
      System.out.println("port " + server.getPortAllocated());
      System.in.read();
    } finally {
      server.stop();
    }
  }

  private record Store(Path file) implements MessageHandler {
    @Override
    public void from(String sender) {}

    @Override
    public void recipient(String recipient) {}

    @Override
    public String data(InputStream content) throws IOException {
      Files.copy(content, file);
      return "kept";
    }

    @Override
    public void done() {}
  }
}
