/** The mail servers under test, behind one interface, so that a case can be run through each. */
@NullMarked
package org.miltergate.peers.mta;

import org.jspecify.annotations.NullMarked;
