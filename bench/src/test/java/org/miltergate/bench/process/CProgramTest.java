package org.miltergate.bench.process;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The benchmarks are not run by the build; this is what they miss first when files move. */
class CProgramTest {
  @ParameterizedTest
  @ValueSource(strings = {"filter", "floor"})
  void hasItsSourceBesideTheClass(String name) {
    assertThat(CProgram.class.getResource(name + ".c")).isNotNull();
  }
}
