/**
 * Values of addresses and networks: host and port, a network of addresses, mail domains and
 * patterns of them.
 *
 * <p>Nothing here asks the DNS. Shared by the configuration, the DNS client, the PROXY protocol,
 * logins and TLS.
 */
@NullMarked
package org.miltergate.address;

import org.jspecify.annotations.NullMarked;
