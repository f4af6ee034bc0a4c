package org.miltergate.milter;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.miltergate.milter.bytes.Bytes;
import org.miltergate.milter.chain.MilterChain;
import org.miltergate.milter.test.ScriptedMilter;

/** An application that is taken out of its container leaves nothing of this library. */
@Timeout(120)
class RedeploymentTest {
  @TempDir Path directory;

  /**
   * In a JVM of its own, which is told not to keep what the JDK itself holds in soft references.
   */
  @Test
  void classLoaderIsCollectedAfterUse() throws Exception {
    Path output = directory.resolve("output");
    try (ScriptedMilter milter = ScriptedMilter.builder().start()) {
      Process java =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-XX:SoftRefLRUPolicyMSPerMB=0",
                  "-cp",
                  System.getProperty("java.class.path"),
                  Redeployment.class.getName(),
                  location(Bytes.class) + File.pathSeparator + location(MilterChain.class),
                  milter.address().toString())
              .redirectErrorStream(true)
              .redirectOutput(output.toFile())
              .start();

      assertThat(java.waitFor(100, TimeUnit.SECONDS)).isTrue();
      assertThat(Files.readAllLines(output)).last().isEqualTo(Redeployment.COLLECTED);
      assertThat(milter.transcript()).contains("> EOM");
    }
  }

  private static String location(Class<?> type) throws Exception {
    return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI()).toString();
  }
}
