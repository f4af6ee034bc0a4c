package org.miltergate.config.listener;

import java.util.List;
import java.util.Objects;
import org.miltergate.address.Cidr;

/**
 * Extensions that clients of a network are not offered; Postfix {@code
 * smtpd_discard_ehlo_keyword_address_maps}.
 *
 * @param network the clients
 * @param extensions of {@link Keywords#ALL}; none to offer these clients everything
 */
public record HiddenExtensions(Cidr network, List<String> extensions) {
  public HiddenExtensions {
    Objects.requireNonNull(network, "network");
    extensions = Keywords.require("extensions", extensions);
  }

  public HiddenExtensions withNetwork(Cidr value) {
    return new HiddenExtensions(value, extensions);
  }

  public HiddenExtensions withExtensions(List<String> value) {
    return new HiddenExtensions(network, value);
  }
}
