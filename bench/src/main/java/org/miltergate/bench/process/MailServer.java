package org.miltergate.bench.process;

import java.io.Closeable;
import java.io.IOException;
import java.net.InetSocketAddress;

/** The server between the load and the sink. */
public interface MailServer extends Closeable {

  /** Returns the address it accepts SMTP on. */
  InetSocketAddress smtp();

  /** Returns the process whose CPU time counts, including all its children; 0 for none. */
  long pid();

  /** Waits until what was accepted has reached the sink; no wait where 250 means delivered. */
  default void awaitIdle() throws IOException {}

  @Override
  void close();
}
