package org.miltergate.config.yaml;

/**
 * What every part of a file is read with.
 *
 * @param substitution puts in the environment
 * @param findings takes what is wrong
 */
record Reading(Substitution substitution, Findings findings) {}
