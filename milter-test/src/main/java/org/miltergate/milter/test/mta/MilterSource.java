package org.miltergate.milter.test.mta;

import java.io.IOException;
import java.time.Duration;
import org.miltergate.net.ByteStream;

/** Opens connections to a milter, wherever it is. Thread-safe. */
@FunctionalInterface
public interface MilterSource {

  /**
   * Connects within {@code limit}; blocks until then at most.
   *
   * @throws IOException if that fails; the message says why
   */
  ByteStream open(Duration limit) throws IOException;
}
