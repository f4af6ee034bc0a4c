package org.miltergate.milter.test.smtp;

/**
 * One occasion for a reaction.
 *
 * @param session number of the connection, from 1 in order of their acceptance
 * @param event what happened
 * @param number how often that event has happened in this session, this time included: from 1
 * @param line the command without its line end, one char per byte; empty at {@link
 *     SinkEvent#CONNECT}; at {@link SinkEvent#END_OF_DATA} of LMTP the RCPT line answered for
 * @param encrypted whether it happened in TLS
 */
public record SinkCall(int session, SinkEvent event, int number, String line, boolean encrypted) {}
