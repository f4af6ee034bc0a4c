package org.miltergate.gateway.relay.delivery;

import java.io.FileNotFoundException;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.function.BooleanSupplier;

/** A file on a disk that fills up in the midst of a write. */
final class FullDisk extends FileOutputStream {
  private final BooleanSupplier full;

  private FullDisk(Path file, BooleanSupplier full) throws FileNotFoundException {
    super(file.toFile(), true);
    this.full = full;
  }

  static LedgerFile.Opener when(BooleanSupplier full) {
    return file -> new FullDisk(file, full);
  }

  @Override
  public void write(byte[] data, int offset, int count) throws IOException {
    if (full.getAsBoolean()) {
      super.write(data, offset, count / 2);
      throw new IOException("No space left on device");
    }
    super.write(data, offset, count);
  }
}
