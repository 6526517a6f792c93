package dev.apq.local.controlplane;

import java.util.List;

/**
 * Who a certificate speaks for.
 *
 * @param name common name: the user, to the API server
 * @param groups organizations: the user's groups, to the API server
 * @param hosts DNS names and IPv4 addresses that the holder serves under; empty for a client only
 */
public record Identity(String name, List<String> groups, List<String> hosts) {
  /** Copies the lists. */
  public Identity {
    groups = List.copyOf(groups);
    hosts = List.copyOf(hosts);
  }

  /** A user with groups. */
  public static Identity user(String name, String... groups) {
    return new Identity(name, List.of(groups), List.of());
  }

  /** The same identity, serving under these names too. */
  public Identity servedAs(String... names) {
    return new Identity(name, groups, List.of(names));
  }
}
