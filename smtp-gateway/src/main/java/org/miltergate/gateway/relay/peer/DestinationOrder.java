package org.miltergate.gateway.relay.peer;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;

/** Puts next hops into the order in which one delivery tries them. */
final class DestinationOrder {
  private DestinationOrder() {}

  /**
   * Returns all of them: the lowest priority number first; among equals chance decides by weight,
   * as with SRV records (RFC 2782); those that could not be reached a short while ago come last.
   *
   * @param draw decides the chance; the same number gives the same order
   */
  static List<Destination> of(List<Destination> destinations, long draw) {
    List<Destination> order = new ArrayList<>(drawn(destinations, new SplittableRandom(draw)));
    order.sort(Comparator.comparingInt(destination -> destination.config().priority())); // stable
    List<Destination> passedOver =
        order.stream()
            .filter(destination -> destination.passedOver().isPassedOver(destination))
            .toList();
    order.removeAll(passedOver);
    order.addAll(passedOver);
    return order;
  }

  private static List<Destination> drawn(List<Destination> destinations, SplittableRandom random) {
    List<Destination> left = new ArrayList<>(destinations);
    List<Destination> order = new ArrayList<>();
    while (!left.isEmpty()) {
      int sum = left.stream().mapToInt(destination -> destination.config().weight()).sum();
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
