package org.miltergate.milter.server;

/** Creates a handler for each connection after its negotiation. Called from many threads. */
@FunctionalInterface
public interface HandlerFactory {
  MilterHandler open(MilterContext context);
}
