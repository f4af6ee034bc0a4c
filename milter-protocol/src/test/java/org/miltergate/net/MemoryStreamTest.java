package org.miltergate.net;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(30)
class MemoryStreamTest {
  private static final int CAPACITY = 16;

  private final MemoryStream near = MemoryStream.open(CAPACITY);
  private final MemoryStream far = near.peer();

  /** A call that blocks: nothing to read, or no room to write. */
  enum Blocking {
    READ,
    WRITE;

    void run(MemoryStream stream) throws IOException {
      switch (this) {
        case READ -> stream.read(ByteBuffer.allocate(1));
        case WRITE -> stream.write(ByteBuffer.allocate(CAPACITY + 1));
      }
    }
  }

  @Test
  void eachEndReadsWhatTheOtherWrote() throws IOException {
    near.write(text("from "), text(""), text("near"));
    far.write(text("from far"));

    assertThat(read(far, 64)).isEqualTo("from near");
    assertThat(read(near, 64)).isEqualTo("from far");
    assertThat(near.peer()).isSameAs(far);
    assertThat(far.peer()).isSameAs(near);
  }

  @Test
  void readsNoMoreThanThereIsRoomFor() throws IOException {
    near.write(text("abcdef"));

    assertThat(read(far, 4)).isEqualTo("abcd");
    assertThat(read(far, 4)).isEqualTo("ef");
  }

  @Test
  void readNowNeverWaits() throws IOException {
    ByteBuffer in = ByteBuffer.allocate(8);

    assertThat(far.readNow(in)).isZero();
    near.write(text("ab"));
    assertThat(far.readNow(in)).isEqualTo(2);
    assertThat(far.readNow(in)).isZero();
    near.close();
    assertThat(far.readNow(in)).isEqualTo(-1);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3, 1000, 1024, 1025, MemoryStream.DEFAULT_CAPACITY_BYTES})
  void carriesMuchMoreThanItHoldsInPiecesOfAnySize(int capacity) throws Exception {
    byte[] sent = new byte[200_000];
    new Random(capacity).nextBytes(sent);
    MemoryStream one = MemoryStream.open(capacity);
    FutureTask<@Nullable Void> writer =
        new FutureTask<>(() -> {
          ByteBuffer all = ByteBuffer.wrap(sent);
          for (int size = 1; all.hasRemaining(); size = size * 2 % 4093 + 1) {
            int end = Math.min(all.position() + size, all.capacity());
            one.write(all.limit(end));
            all.limit(all.capacity());
          }
          one.close();
          return null;
        });
    Thread.ofVirtual().start(writer);

    ByteBuffer received = ByteBuffer.allocate(sent.length + 1);
    for (int size = 1; one.peer().read(limited(received, size)) >= 0; size = size * 3 % 5003 + 1) {
      received.limit(received.capacity());
    }

    writer.get();
    assertThat(received.limit(received.position()).flip()).isEqualTo(ByteBuffer.wrap(sent));
  }

  @Test
  void whatWasWrittenBeforeTheCloseIsReadBeforeTheEnd() throws IOException {
    near.write(text("last"));
    near.close();

    assertThat(read(far, 64)).isEqualTo("last");
    assertThat(far.read(ByteBuffer.allocate(1))).isEqualTo(-1);
    assertThat(far.read(ByteBuffer.allocate(1))).isEqualTo(-1);
  }

  @Test
  void nothingCanBeWrittenToAPeerThatHasClosed() {
    near.close();

    assertThatThrownBy(() -> far.write(text("x")))
        .isInstanceOf(IOException.class)
        .hasMessage("the peer has closed the connection");
  }

  @Test
  void aClosedEndIsClosedForGood() throws IOException {
    far.write(text("unread"));
    near.close();
    near.close();

    assertThatThrownBy(() -> near.read(ByteBuffer.allocate(1)))
        .isInstanceOf(ClosedChannelException.class);
    assertThatThrownBy(() -> near.readNow(ByteBuffer.allocate(1)))
        .isInstanceOf(ClosedChannelException.class);
    assertThatThrownBy(() -> near.write(text("x"))).isInstanceOf(ClosedChannelException.class);
  }

  @ParameterizedTest
  @EnumSource
  void closingEndsOnesOwnBlockedCall(Blocking call) throws Exception {
    FutureTask<Throwable> blocked = start(call);

    near.close();

    assertThat(blocked.get(10, TimeUnit.SECONDS)).isInstanceOf(ClosedChannelException.class);
  }

  @Test
  void closingEndsThePeersBlockedRead() throws Exception {
    FutureTask<Throwable> blocked = start(Blocking.READ);

    far.close();

    assertThat(blocked.get(10, TimeUnit.SECONDS)).isNull(); // -1
  }

  @Test
  void closingEndsThePeersBlockedWrite() throws Exception {
    FutureTask<Throwable> blocked = start(Blocking.WRITE);

    far.close();

    assertThat(blocked.get(10, TimeUnit.SECONDS)).hasMessage("the peer has closed the connection");
  }

  @ParameterizedTest
  @EnumSource
  void anInterruptClosesTheStream(Blocking call) throws Exception {
    CountDownLatch started = new CountDownLatch(1);
    boolean[] stillInterrupted = new boolean[1];
    FutureTask<Throwable> blocked =
        new FutureTask<>(() -> {
          started.countDown();
          Throwable failure = catchThrowable(() -> call.run(near));
          stillInterrupted[0] = Thread.currentThread().isInterrupted();
          return failure;
        });
    Thread thread = Thread.ofVirtual().start(blocked);
    started.await();

    thread.interrupt();

    assertThat(blocked.get(10, TimeUnit.SECONDS)).isInstanceOf(ClosedByInterruptException.class);
    assertThat(stillInterrupted[0]).isTrue();
    assertThatThrownBy(() -> near.write(text("x"))).isInstanceOf(ClosedChannelException.class);
    assertThat(far.read(ByteBuffer.allocate(CAPACITY))).isIn(-1, CAPACITY);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, -1})
  void refusesACapacityBelowOne(int capacity) {
    assertThatThrownBy(() -> MemoryStream.open(capacity))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("capacity is " + capacity + ", must be at least 1");
  }

  private FutureTask<Throwable> start(Blocking call) throws InterruptedException {
    FutureTask<Throwable> task = new FutureTask<>(() -> catchThrowable(() -> call.run(near)));
    Thread thread = Thread.ofVirtual().start(task);
    while (thread.getState() != Thread.State.WAITING) {
      Thread.onSpinWait();
    }
    return task;
  }

  private static ByteBuffer limited(ByteBuffer buffer, int size) {
    return buffer.limit(Math.min(buffer.position() + size, buffer.capacity()));
  }

  private static ByteBuffer text(String text) {
    return ByteBuffer.wrap(text.getBytes(ISO_8859_1));
  }

  private static String read(ByteStream stream, int room) throws IOException {
    ByteBuffer in = ByteBuffer.allocate(room);
    stream.read(in);
    return ISO_8859_1.decode(in.flip()).toString();
  }
}
