package org.miltergate.config.nexthop;

/** Clients whose mail a route is for. */
public enum RouteClients {
  /** Those that have logged in. */
  LOGGED_IN,
  /** Those of {@code policy.trusted-networks}. */
  TRUSTED
}
