package org.miltergate.gateway.smtp;

/**
 * What is known of all clients together. Thread-safe.
 *
 * @param connections that are open
 */
record Edge(ConnectionCounts connections, EdgeCounters counters) {}
