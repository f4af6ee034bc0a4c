/**
 * Values of addresses and networks: host and port, networks, mail domains and domain patterns.
 *
 * <p>Nothing here uses the DNS. Shared by the configuration, the DNS client, the PROXY protocol,
 * logins and TLS.
 */
@NullMarked
package org.miltergate.address;

import org.jspecify.annotations.NullMarked;
