package org.miltergate.milter.chain;

import org.miltergate.milter.bytes.Bytes;

/**
 * Why a message is to be held.
 *
 * @param source the milter, and whether it asked for it or has failed
 * @param text as the milter gave it, or what failed
 */
public record QuarantineReason(Source source, Bytes text) {}
