import java.io.IOException;
import java.nio.file.Path;
import org.miltergate.milter.body.BodyStore;

/** Writes a body until the system refuses, and says how that came out. */
final class FullDisk {
  public static void main(String[] args) throws IOException {
    BodyStore.Writer writer = new BodyStore(Path.of(args[0]), 100_000).writer();
    try {
      for (int i = 0; i < 10_000; i++) {
        writer.write(new byte[1000], 0, 1000);
      }
      System.out.println("no failure");
    } catch (IOException e) {
      System.out.println("write failed: " + e.getMessage());
    }
    try {
      writer.finish();
    } catch (IllegalStateException e) {
      System.out.println("then: " + e.getMessage());
    }
  }
}
