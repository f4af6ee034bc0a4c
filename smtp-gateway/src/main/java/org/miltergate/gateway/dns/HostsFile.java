package org.miltergate.gateway.dns;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.xbill.DNS.Address;

/**
 * The file of host names that is asked before the DNS, such as {@code /etc/hosts}.
 *
 * <p>Read again when it has changed, which is checked every five seconds at most. Of a file above 1
 * MiB, or one that cannot be read, nothing is known. Thread-safe.
 */
final class HostsFile {
  private static final Logger log = LoggerFactory.getLogger(HostsFile.class);
  private static final long MAX_BYTES = 1024 * 1024;
  private static final long CHECK_NANOS = TimeUnit.SECONDS.toNanos(5);

  private record Contents(
      FileTime changed, Map<InetAddress, String> names, Map<String, Set<InetAddress>> addresses) {}

  private static final Contents NOTHING = new Contents(FileTime.fromMillis(0), Map.of(), Map.of());

  private final Path file;
  private Contents contents = NOTHING;
  private long checkedNanos = System.nanoTime() - CHECK_NANOS;

  HostsFile(Path file) {
    this.file = file;
  }

  static HostsFile ofSystem() {
    return new HostsFile(Path.of("/etc/hosts"));
  }

  /** Returns the first name of the first line with that address. */
  Optional<String> name(InetAddress address) {
    return Optional.ofNullable(current().names().get(address));
  }

  /** Returns all addresses of lines with that name. */
  Set<InetAddress> addresses(String name) {
    return current().addresses().getOrDefault(name.toLowerCase(Locale.ROOT), Set.of());
  }

  private synchronized Contents current() {
    long now = System.nanoTime();
    if (now - checkedNanos >= CHECK_NANOS) {
      checkedNanos = now;
      try {
        contents = read(contents);
      } catch (IOException e) {
        if (contents != NOTHING) {
          log.warn("cannot read {}: {}", file, e.getMessage());
        }
        contents = NOTHING;
      }
    }
    return contents;
  }

  private Contents read(Contents before) throws IOException {
    FileTime changed = Files.getLastModifiedTime(file);
    if (changed.equals(before.changed())) {
      return before;
    }
    if (Files.size(file) > MAX_BYTES) {
      log.warn("{} is larger than {} bytes and not read", file, MAX_BYTES);
      return new Contents(changed, Map.of(), Map.of());
    }
    Contents read = new Contents(changed, new HashMap<>(), new HashMap<>());
    try (BufferedReader lines = Files.newBufferedReader(file, StandardCharsets.ISO_8859_1)) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        add(line, read);
      }
    }
    return read;
  }

  private static void add(String line, Contents contents) throws UnknownHostException {
    int comment = line.indexOf('#');
    String[] words = (comment < 0 ? line : line.substring(0, comment)).strip().split("[ \t]+", -1);
    byte[] octets = Address.toByteArray(words[0], Address.IPv4);
    if (octets == null) {
      octets = Address.toByteArray(words[0], Address.IPv6);
    }
    if (octets == null || words.length < 2) {
      return;
    }
    InetAddress address = InetAddress.getByAddress(octets);
    contents.names().putIfAbsent(address, words[1]);
    for (int i = 1; i < words.length; i++) {
      contents
          .addresses()
          .computeIfAbsent(words[i].toLowerCase(Locale.ROOT), name -> new HashSet<>())
          .add(address);
    }
  }
}
