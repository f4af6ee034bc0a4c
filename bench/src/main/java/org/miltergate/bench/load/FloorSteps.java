package org.miltergate.bench.load;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import org.miltergate.bench.process.Filter;
import org.miltergate.milter.chain.ChainListener;
import org.miltergate.milter.mail.MailMessage;
import org.miltergate.milter.session.MilterClient;
import org.miltergate.net.ByteStream;
import org.miltergate.net.Dialer;
import org.miltergate.net.SocketDialer;

/**
 * What the C floor plays: exactly the writes of our own client, recorded from a session of two
 * messages; the second one, which begins with the ABORT after the first, is repeated.
 */
public final class FloorSteps {

  private final List<byte[]> writes = new ArrayList<>();

  private FloorSteps() {}

  /** Records a session and writes it for {@code floor.c}. */
  public static void write(Path file, Filter filter, MailMessage message, boolean pipeline)
      throws IOException {
    FloorSteps steps = new FloorSteps();
    MilterClient client =
        MilterClient.builder("floor", filter.address())
            .dialer(steps.recorder())
            .pipeline(pipeline)
            .build();
    ClientLoad load = new ClientLoad(client, message, 1, 2);
    load.session(load.chain(ChainListener.NONE), new LongAdder());
    Files.write(file, steps.encoded());
  }

  private Dialer recorder() {
    SocketDialer dialer = new SocketDialer();
    return (address, limit) -> new Recorder(dialer.dial(address, limit));
  }

  private byte[] encoded() throws IOException {
    int second = indexOf('M', indexOf('M', 0) + 1);
    int quit = indexOf('Q', second);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    for (int i = 0; i < writes.size(); i++) {
      boolean once = i < indexOf('M', 0);
      if (once || i >= second) {
        out.writeByte(once ? 'O' : i < quit ? 'M' : 'Q');
        out.writeInt(answers(writes.get(i)));
        out.writeInt(writes.get(i).length);
        out.write(writes.get(i));
      }
    }
    return bytes.toByteArray();
  }

  /** Returns the index of the first write at or after {@code from} that contains such a packet. */
  private int indexOf(char letter, int from) throws IOException {
    for (int i = from; i < writes.size(); i++) {
      if (letters(writes.get(i)).indexOf(letter) >= 0) {
        return i;
      }
    }
    throw new IOException("no packet " + letter + " was written");
  }

  private static int answers(byte[] write) {
    return (int) letters(write).chars().filter(letter -> "DAQ".indexOf(letter) < 0).count();
  }

  private static String letters(byte[] write) {
    StringBuilder letters = new StringBuilder();
    ByteBuffer packets = ByteBuffer.wrap(write);
    while (packets.hasRemaining()) {
      int length = packets.getInt();
      letters.append((char) packets.get());
      packets.position(packets.position() + length - 1);
    }
    return letters.toString();
  }

  private final class Recorder implements ByteStream {
    private final ByteStream connection;

    Recorder(ByteStream connection) {
      this.connection = connection;
    }

    @Override
    public int read(ByteBuffer target) throws IOException {
      return connection.read(target);
    }

    @Override
    public int readNow(ByteBuffer target) throws IOException {
      return connection.readNow(target);
    }

    @Override
    public void write(ByteBuffer... sources) throws IOException {
      ByteArrayOutputStream all = new ByteArrayOutputStream();
      for (ByteBuffer source : sources) {
        byte[] bytes = new byte[source.remaining()];
        source.duplicate().get(bytes);
        all.write(bytes);
      }
      writes.add(all.toByteArray());
      connection.write(sources);
    }

    @Override
    public void close() {
      connection.close();
    }
  }
}
