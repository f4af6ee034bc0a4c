package org.miltergate.gateway.dns;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.miltergate.net.IpText;

class HostsFileTest {
  private static final InetAddress ADDRESS = IpText.parse("192.0.2.1").orElseThrow();

  @TempDir Path directory;

  @Test
  void readsAgainWhatHasChanged() throws IOException {
    Path file = Files.writeString(directory.resolve("hosts"), "192.0.2.1 one.example.org One");
    HostsFile hosts = new HostsFile(file);
    assertThat(hosts.name(ADDRESS)).contains("one.example.org");
    assertThat(hosts.addresses("ONE")).containsExactly(ADDRESS);

    Files.writeString(file, "192.0.2.1 another.example.org");

    Awaitility.await().until(() -> hosts.name(ADDRESS).equals(Optional.of("another.example.org")));
    assertThat(hosts.addresses("one")).isEmpty();
  }

  @Test
  void knowsNothingOfAFileThatIsMissingUntilItIsThere() throws IOException {
    Path file = directory.resolve("hosts");
    HostsFile hosts = new HostsFile(file);
    assertThat(hosts.name(ADDRESS)).isEmpty();

    Files.writeString(file, "192.0.2.1 one.example.org");

    Awaitility.await().until(() -> hosts.name(ADDRESS).isPresent());
  }

  @Test
  void knowsNothingOfAFileThatIsTooLarge() throws IOException {
    String comment = "#".repeat(1 << 20);
    Path file = Files.writeString(directory.resolve("hosts"), "192.0.2.1 one\n" + comment);

    assertThat(new HostsFile(file).name(ADDRESS)).isEmpty();
  }

  @Test
  void passesOverWhatIsNoAddressWithAName() throws IOException {
    Path file =
        Files.writeString(
            directory.resolve("hosts"),
            "192.0.2.01 zero\n192.0.2.1\n300.1.1.1 no\n# 192.0.2.1 none\n192.0.2.1 one # two\n");

    HostsFile hosts = new HostsFile(file);

    assertThat(hosts.name(ADDRESS)).contains("one");
    assertThat(hosts.addresses("two")).isEmpty();
    assertThat(hosts.addresses("zero")).isEmpty();
  }
}
