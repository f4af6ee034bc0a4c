package org.miltergate.gateway.relay;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;

/** Puts next hops into the order in which one delivery tries them. */
final class RouteOrder {
  private RouteOrder() {}

  /**
   * Returns all of them: the lowest priority number first; among equals chance decides by weight,
   * as with SRV records (RFC 2782); those that could not be reached a short while ago come last.
   *
   * @param draw decides the chance; the same number gives the same order
   */
  static List<Route> of(List<Route> routes, long draw) {
    List<Route> order = new ArrayList<>(drawn(routes, new SplittableRandom(draw)));
    order.sort(Comparator.comparingInt(route -> route.config().priority())); // stable
    List<Route> passedOver =
        order.stream().filter(route -> route.passedOver().isPassedOver(route)).toList();
    order.removeAll(passedOver);
    order.addAll(passedOver);
    return order;
  }

  private static List<Route> drawn(List<Route> routes, SplittableRandom random) {
    List<Route> left = new ArrayList<>(routes);
    List<Route> order = new ArrayList<>();
    while (!left.isEmpty()) {
      int sum = left.stream().mapToInt(route -> route.config().weight()).sum();
      int mark = random.nextInt(sum);
      int next = 0;
      for (mark -= left.get(0).config().weight(); mark >= 0; ) {
        next++;
        mark -= left.get(next).config().weight();
      }
      order.add(left.remove(next));
    }
    return order;
  }
}
