package org.miltergate.milter.session;

import org.miltergate.milter.wire.Actions;
import org.miltergate.milter.wire.DataSize;
import org.miltergate.milter.wire.ProtocolSteps;

/**
 * What the MTA and one milter agreed on for one connection.
 *
 * @param version effective version, 2 to 6
 * @param actions what the milter may change
 * @param steps which events it is sent and answers; only bits that were offered and that exist in
 *     this version
 * @param dataSize the largest payload of a body packet
 * @param macroLists which macros it gets at which stage
 */
public record Negotiated(
    int version, Actions actions, ProtocolSteps steps, DataSize dataSize, MacroLists macroLists) {}
