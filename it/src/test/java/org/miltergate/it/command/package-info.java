/** The program in its own process: commands, exit status, signals. */
@NullMarked
package org.miltergate.it.command;

import org.jspecify.annotations.NullMarked;
