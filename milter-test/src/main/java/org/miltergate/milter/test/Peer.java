package org.miltergate.milter.test;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.miltergate.milter.wire.Command;
import org.miltergate.milter.wire.CommandDecoder;
import org.miltergate.milter.wire.DataSize;
import org.miltergate.milter.wire.MalformedPacketException;
import org.miltergate.net.SocketStream;

/** One connection of a scripted milter, on a thread of its own. */
final class Peer implements Runnable, Closeable {
  private static final int MAX_FRAME_BYTES = DataSize.LARGEST.maxPayloadBytes() + 1;

  private final SocketStream connection;
  private final Conduct conduct;
  private final Conversation conversation;
  private final Performer performer;
  private final CommandDecoder decoder = new CommandDecoder(MAX_FRAME_BYTES);
  private ByteBuffer in = ByteBuffer.allocate(8192).limit(0);

  Peer(SocketChannel channel, Conduct conduct, Conversation conversation, CountDownLatch closing)
      throws IOException {
    this.connection = SocketStream.of(channel);
    this.conduct = conduct;
    this.conversation = conversation;
    this.performer = new Performer(channel, connection, closing);
  }

  @Override
  public void run() {
    try (connection) {
      converse();
    } catch (Conduct.Mismatch e) {
      conversation.failed(e.text());
    } catch (MalformedPacketException e) {
      conversation.note("no packet: " + e.getMessage());
      conversation.failed("got what is no packet: " + e.getMessage());
    } catch (IOException e) {
      // A reset, or a close during a scripted fault, is an end like any other.
      conversation.note("connection broke: " + e.getMessage());
    } catch (RuntimeException e) {
      conversation.failed("no answer could be found: " + e);
    } finally {
      conduct.missing().ifPresent(this::ended);
      conversation.over();
    }
  }

  private void ended(String missing) {
    conversation.failed(missing + "\nbut the connection ended");
  }

  private void converse() throws IOException, MalformedPacketException, Conduct.Mismatch {
    boolean going = perform(conduct.opening());
    while (going) {
      Optional<Command> command = receive();
      if (command.isEmpty()) {
        conversation.note("closed by the MTA");
        return;
      }
      conversation.received(command.get());
      going = perform(conduct.answer(command.get())) && !(command.get() instanceof Command.Quit);
    }
  }

  /** Returns false if the connection has ended. */
  private boolean perform(List<ScriptStep> steps) throws IOException, MalformedPacketException {
    for (int i = 0; i < steps.size(); i++) {
      conversation.sent(steps.get(i).text());
      if (i == steps.size() - 1) {
        settle();
      }
      switch (performer.perform(steps.get(i).action())) {
        case GO_ON -> {}
        case ONLY_LISTEN -> {
          listen();
          return false;
        }
        case OVER -> {
          return false;
        }
      }
    }
    settle();
    return true;
  }

  private void settle() {
    if (conduct.missing().isEmpty()) {
      conversation.scriptDone();
    }
  }

  private void listen() throws IOException, MalformedPacketException {
    for (Optional<Command> next = receive(); next.isPresent(); next = receive()) {
      conversation.received(next.get());
    }
    conversation.note("closed by the MTA");
  }

  /** Returns empty at the end of the stream. */
  private Optional<Command> receive() throws IOException, MalformedPacketException {
    Optional<Command> command = decoder.decode(in);
    while (command.isEmpty()) {
      if (in.remaining() == in.capacity()) {
        in = ByteBuffer.allocate(2 * in.capacity()).put(in).flip();
      }
      in.compact();
      int count = connection.read(in);
      in.flip();
      if (count < 0) {
        decoder.end(in);
        return Optional.empty();
      }
      command = decoder.decode(in);
    }
    return command;
  }

  @Override
  public void close() {
    connection.close();
  }
}
