package org.miltergate.gateway.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class QueueIdsTest {
  @Test
  void neverRepeatsEvenIfTheClockStandsStill() {
    QueueIds ids = new QueueIds(InstantSource.fixed(Instant.EPOCH), new Random(1));

    List<String> made = new ArrayList<>();
    for (int i = 0; i < 10_000; i++) {
      made.add(ids.next());
    }

    assertThat(made).doesNotHaveDuplicates();
  }

  @Test
  void looksLikePostfixsLongIds() {
    QueueIds ids = new QueueIds(InstantSource.system(), new Random(1));

    assertThat(ids.next()).matches("[0-9B-DF-HJ-NP-TV-Zb-df-hj-np-tv-z]{10}z[0-9B-Yb-y]{5}");
  }

  @Test
  void sortsByTime() {
    Random random = new Random(1);
    String earlier =
        new QueueIds(InstantSource.fixed(Instant.ofEpochSecond(1_700_000_000)), random).next();
    String later =
        new QueueIds(InstantSource.fixed(Instant.ofEpochSecond(1_800_000_000)), random).next();

    assertThat(earlier).isLessThan(later);
  }
}
