package org.miltergate.milter.test.smtp;

/**
 * One event that needs a reaction.
 *
 * @param session number of the connection, from 1 in order of acceptance
 * @param event what happened
 * @param number how often this event has happened in this session, including this time; from 1
 * @param line the command without its line end, one char per byte; empty at {@link
 *     SinkEvent#CONNECT}; at {@link SinkEvent#END_OF_DATA} of LMTP the RCPT line that the reply is
 *     for
 * @param encrypted whether it happened in TLS
 */
public record SinkCall(int session, SinkEvent event, int number, String line, boolean encrypted) {}
