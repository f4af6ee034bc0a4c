/** What an MTA and a milter say to each other, written down between the two. */
@NullMarked
package org.miltergate.it.record;

import org.jspecify.annotations.NullMarked;
