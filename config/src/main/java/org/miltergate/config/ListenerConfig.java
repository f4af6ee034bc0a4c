package org.miltergate.config;

import java.util.Objects;

/**
 * An address that SMTP clients connect to.
 *
 * @param address host and port, IPv4 or IPv6; port 0 takes a free one. {@code 0.0.0.0} is every
 *     IPv4 address of the machine, {@code ::} every address
 * @param name shown in logs and metrics; 1 to 64 letters, digits and hyphens; default {@code smtp}
 * @param daemonName the macro {@code {daemon_name}} for sessions of this listener; empty for that
 *     of {@link MacroConfig}
 */
public record ListenerConfig(HostPort address, String name, String daemonName) {
  public static final ListenerConfig DEFAULT = of(new HostPort("127.0.0.1", 2525));

  public ListenerConfig {
    Objects.requireNonNull(address, "address");
    Check.label("name", name);
    Check.printable("daemon-name", daemonName);
  }

  public static ListenerConfig of(HostPort address) {
    return new ListenerConfig(address, "smtp", "");
  }

  public ListenerConfig withAddress(HostPort value) {
    return new ListenerConfig(value, name, daemonName);
  }

  public ListenerConfig withName(String value) {
    return new ListenerConfig(address, value, daemonName);
  }

  public ListenerConfig withDaemonName(String value) {
    return new ListenerConfig(address, name, value);
  }
}
