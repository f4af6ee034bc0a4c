package org.miltergate.it.random;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.miltergate.milter.session.MilterClient;
import org.miltergate.milter.wire.ProtocolSteps;
import org.miltergate.net.Endpoint;
import org.miltergate.peers.milters.RandomFilter;
import org.miltergate.peers.milters.RealMilter;
import org.miltergate.peers.process.Lab;
import org.miltergate.peers.process.LabExtension;

/**
 * A libmilter milter answers every command, whatever the order of the SMTP client's commands and
 * whichever steps it declined: libmilter silently drops commands that it does not expect.
 *
 * <p>Fixed seed and {@value #USUAL_FILTERS} filters of {@value #SESSIONS_EACH} sessions each, for
 * either way of sending. {@code -Dmiltergate.random.filters=512} goes through all choices of
 * declined steps; {@code -Dmiltergate.random.seed} takes another seed.
 */
@ExtendWith(LabExtension.class)
class LibmilterOrderIT {
  private static final long SEED = Long.getLong("miltergate.random.seed", 20261130L);
  private static final int USUAL_FILTERS = 96;
  private static final int FILTERS = Integer.getInteger("miltergate.random.filters", USUAL_FILTERS);
  private static final int SESSIONS_EACH = 200;
  private static final Duration LIMIT = Duration.ofSeconds(10);

  /** {@code SMFIP_NO*} and {@code SMFIP_NR_*}, in no particular order. */
  private static final int[] NO = {0x1, 0x2, 0x4, 0x8, 0x10, 0x20, 0x40, 0x100, 0x200};

  private static final int[] NR = {
    0x80, 0x1000, 0x2000, 0x4000, 0x8000, 0x10000, 0x20000, 0x40000, 0x80000
  };

  @ParameterizedTest(name = "pipeline: {0}")
  @ValueSource(booleans = {false, true})
  void filterAnswersAllThatItIsTold(boolean pipeline, Lab lab) throws Exception {
    Path folder = lab.newFolder();
    RandomFilter filter = RandomFilter.compile(folder);
    List<Integer> choices = new ArrayList<>();
    for (int choice = 0; choice < 1 << NO.length; choice++) {
      choices.add(choice);
    }
    Random random = new Random(SEED);
    Collections.shuffle(choices, random);
    int messages = 0;
    for (int i = 0; i < FILTERS; i++) {
      messages +=
          sessions(lab.newFolder(), filter, choices.get(i % choices.size()), random, pipeline);
    }

    assertThat(messages)
        .as("messages told to their end")
        .isGreaterThan(FILTERS * SESSIONS_EACH / 4);
  }

  private static int sessions(
      Path folder, RandomFilter program, int choice, Random random, boolean pipeline)
      throws IOException {
    int declined = bits(NO, choice);
    int lacks = declined & random.nextInt();
    int few = random.nextInt();
    int silent = random.nextInt(3) == 0 ? bits(NR, few & random.nextInt()) : 0;
    int seed = random.nextInt();
    int messages = 0;
    try (RealMilter filter =
        program.start(
            folder,
            seed,
            new ProtocolSteps(lacks),
            new ProtocolSteps(declined & ~lacks),
            new ProtocolSteps(silent))) {
      for (int i = 0; i < SESSIONS_EACH; i++) {
        long sessionSeed = random.nextLong();
        Random ofSession = new Random(sessionSeed);
        RandomSession session =
            new RandomSession(
                client(filter, 2 + ofSession.nextInt(5), pipeline),
                ofSession,
                new ProtocolSteps(lacks));
        try {
          messages += session.run();
        } catch (IOException | RuntimeException e) {
          throw new AssertionError(
              "seed %d, filter %08x %x %x %x, its session %d: %s%n%s"
                  .formatted(
                      SEED, seed, lacks, declined & ~lacks, silent, i + 1, e, session.transcript()),
              e);
        }
      }
    }
    return messages;
  }

  private static int bits(int[] masks, int choice) {
    int bits = 0;
    for (int i = 0; i < masks.length; i++) {
      bits |= (choice >> i & 1) == 0 ? 0 : masks[i];
    }
    return bits;
  }

  private static MilterClient client(RealMilter filter, int version, boolean pipeline) {
    return MilterClient.builder("random", Endpoint.parse(filter.address()))
        .version(version)
        .pipeline(pipeline)
        .commandTimeout(LIMIT)
        .contentTimeout(LIMIT)
        .endOfMessageTimeout(LIMIT)
        .build();
  }
}
