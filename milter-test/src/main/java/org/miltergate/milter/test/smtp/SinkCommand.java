package org.miltergate.milter.test.smtp;

/**
 * One command that the sink has read.
 *
 * @param line without its line end, one char per byte
 * @param pipelined whether its bytes had arrived before the sink replied to the previous command
 * @param encrypted whether it came in TLS
 */
public record SinkCommand(String line, boolean pipelined, boolean encrypted) {}
