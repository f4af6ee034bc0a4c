package org.miltergate.milter.server;

import java.io.Closeable;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.miltergate.milter.wire.Command;
import org.miltergate.milter.wire.MalformedPacketException;
import org.miltergate.milter.wire.Negotiation;
import org.miltergate.milter.wire.Reply;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One connection of an MTA: negotiates, then conducts one dialogue after another. */
final class ServedConnection implements Runnable, Closeable {
  private static final Logger log = LoggerFactory.getLogger(ServedConnection.class);

  private final String name;
  private final FilterWish wish;
  private final HandlerFactory factory;
  private final PacketChannel channel;
  private final ReentrantLock interrupts = new ReentrantLock();
  private @Nullable Thread interruptible;

  ServedConnection(String name, FilterWish wish, HandlerFactory factory, PacketChannel channel) {
    this.name = name;
    this.wish = wish;
    this.factory = factory;
    this.channel = channel;
  }

  @Override
  public void run() {
    try (channel) {
      Optional<Command> first = channel.read();
      if (first.isPresent()) {
        serve(negotiate(first.get()));
      }
    } catch (FilterWish.RefusedException | OutOfOrderException | MalformedPacketException e) {
      log.warn("mta-refused: milter={} reason={}", name, e.getMessage());
    } catch (IOException e) {
      log.debug("mta-lost: milter={} reason={}", name, e.getMessage());
    } catch (Throwable e) {
      log.error("filter-not-opened: milter={} cause={}", name, e, e);
    }
  }

  private Negotiation negotiate(Command first)
      throws IOException, OutOfOrderException, FilterWish.RefusedException {
    if (!(first instanceof Command.Negotiate(Negotiation offer))) {
      throw new OutOfOrderException(
          first.getClass().getSimpleName() + " came, must begin with OPTNEG");
    }
    Negotiation agreed = wish.answer(offer);
    channel.append(new Reply.Negotiate(agreed));
    channel.flush();
    return agreed;
  }

  private void serve(Negotiation agreed)
      throws IOException, MalformedPacketException, OutOfOrderException {
    boolean another = true;
    while (another) {
      Dialogue dialogue = new Dialogue(name, wish, agreed, factory, channel);
      try {
        mayBeInterrupted(true);
        another = lead(dialogue);
      } finally {
        mayBeInterrupted(false);
        dialogue.end();
      }
    }
  }

  /** Returns true if the MTA will use this connection for another client (QUIT_NC). */
  private boolean lead(Dialogue dialogue)
      throws IOException, MalformedPacketException, OutOfOrderException {
    for (Optional<Command> command = channel.read();
        command.isPresent();
        command = channel.read()) {
      if (command.get() instanceof Command.Quit) {
        return false;
      }
      if (command.get() instanceof Command.QuitKeepConnection) {
        return true;
      }
      dialogue.handle(command.get());
    }
    return false;
  }

  /** The handler's abort and close are not interrupted. */
  private void mayBeInterrupted(boolean choice) {
    interrupts.lock();
    try {
      interruptible = choice ? Thread.currentThread() : null;
      Thread.interrupted();
    } finally {
      interrupts.unlock();
    }
  }

  /** Closes the connection, and interrupts a handler that is waiting. */
  @Override
  public void close() {
    channel.close();
    interrupts.lock();
    try {
      if (interruptible != null) {
        interruptible.interrupt();
      }
    } finally {
      interrupts.unlock();
    }
  }
}
