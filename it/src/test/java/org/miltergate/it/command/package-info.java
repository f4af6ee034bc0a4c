/** The program as a process of its own: commands, exit status, signals. */
@NullMarked
package org.miltergate.it.command;

import org.jspecify.annotations.NullMarked;
