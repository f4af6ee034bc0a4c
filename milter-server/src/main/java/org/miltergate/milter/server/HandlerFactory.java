package org.miltergate.milter.server;

/** Makes a handler for each connection, once it has been negotiated. Called by many threads. */
@FunctionalInterface
public interface HandlerFactory {
  MilterHandler open(MilterContext context);
}
