package org.miltergate.milter.body;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.miltergate.milter.bytes.Bytes;

class MemoryBudgetTest {
  @TempDir Path directory;

  @Test
  void grantsAllOrNothing() throws IOException {
    MemoryBudget budget = MemoryBudget.ofBytes(100);
    MemoryShare share = budget.share(0);

    share.take(60);

    assertThatThrownBy(() -> share.take(41))
        .isInstanceOf(MemoryUsedUpException.class)
        .hasMessageContaining("41 more bytes");
    assertThat(budget.usedBytes()).isEqualTo(60);
    assertThat(share.tryTake(40)).isTrue();
    assertThat(share.tryTake(Long.MAX_VALUE - 100)).isFalse();
  }

  @Test
  void givesEverythingBackWhenAMessageEnds() {
    MemoryBudget budget = MemoryBudget.ofBytes(100);
    MemoryShare share = budget.share(0);
    share.tryTake(70);
    share.giveBack(20);

    share.close();
    share.close();

    assertThat(budget.usedBytes()).isZero();
    assertThat(share.tryTake(1)).isFalse();
    share.giveBack(50);
    assertThat(budget.usedBytes()).isZero();
  }

  @Test
  void letsAnOrdinaryMessagePassWhenOthersHaveTakenAll() {
    MemoryBudget budget = MemoryBudget.ofBytes(100);
    budget.share(0).tryTake(100);
    MemoryShare ordinary = budget.share(30);

    assertThat(ordinary.tryTake(30)).isTrue();
    assertThat(ordinary.tryTake(1)).isFalse();
    ordinary.giveBack(10);
    assertThat(ordinary.tryTake(10)).isTrue();
    ordinary.close();

    assertThat(budget.usedBytes()).isEqualTo(100);
  }

  @Test
  void keepsOnePartFromUsingUpTheWhole() {
    MemoryBudget whole = MemoryBudget.ofBytes(100);
    MemoryShare greedy = whole.part(50).share(0);
    MemoryShare other = whole.part(80).share(0);

    assertThat(greedy.tryTake(50)).isTrue();
    assertThat(greedy.tryTake(1)).isFalse();
    assertThat(other.tryTake(51)).isFalse();
    assertThat(other.tryTake(50)).isTrue();
    greedy.close();
    assertThat(other.tryTake(30)).isTrue();
    assertThat(whole.usedBytes()).isEqualTo(80);
  }

  @Test
  void isExactWhenManyMessagesTakeAtOnce() throws InterruptedException {
    MemoryBudget budget = MemoryBudget.ofBytes(1000);
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      threads.add(
          Thread.startVirtualThread(() -> {
            for (int round = 0; round < 500; round++) {
              try (MemoryShare share = budget.part(300).share(5)) {
                share.tryTake(ThreadLocalRandom.current().nextInt(200));
                share.tryTake(ThreadLocalRandom.current().nextInt(200));
              }
            }
          }));
    }

    for (Thread thread : threads) {
      thread.join();
    }

    assertThat(budget.usedBytes()).isZero();
  }

  @Test
  void sendsABodyToAFileWhenThereIsNoMemoryForIt() throws IOException {
    MemoryBudget budget = MemoryBudget.ofBytes(100);
    MemoryShare share = budget.share(0);
    BodyStore store = new BodyStore(directory, 1000);

    try (BodyStore.Writer writer = store.writer(share)) {
      writer.write(Bytes.ofLatin1("a".repeat(90)));
      assertThat(budget.usedBytes()).isEqualTo(90);
      writer.write(Bytes.ofLatin1("b".repeat(20)));
      assertThat(budget.usedBytes()).isZero();
      try (Body body = writer.finish()) {
        assertThat(body).isInstanceOf(FileBody.class);
        assertThat(body.chunk(0, 200).toString()).isEqualTo("a".repeat(90) + "b".repeat(20));
      }
    }
  }

  @Test
  void givesBackWhatADroppedBodyTook() throws IOException {
    MemoryBudget budget = MemoryBudget.ofBytes(100);
    MemoryShare share = budget.share(0);

    try (BodyStore.Writer writer = new BodyStore(directory, 1000).writer(share)) {
      writer.write(Bytes.ofLatin1("a".repeat(90)));
    }

    assertThat(budget.usedBytes()).isZero();
  }
}
