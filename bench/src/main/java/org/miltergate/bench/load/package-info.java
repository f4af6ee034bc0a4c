/** What puts load on them: SMTP and milter clients, relays, idle connections. */
@NullMarked
package org.miltergate.bench.load;

import org.jspecify.annotations.NullMarked;
