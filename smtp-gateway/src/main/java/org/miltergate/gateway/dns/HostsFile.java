package org.miltergate.gateway.dns;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.miltergate.gateway.files.Reloading;
import org.miltergate.net.IpText;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The file of host names that is asked before the DNS, such as {@code /etc/hosts}.
 *
 * <p>Read again when it has changed. Of a file above 1 MiB, or one that cannot be read, nothing is
 * known. Thread-safe.
 */
@SuppressWarnings("ReferenceEquality") // NOTHING is one object
final class HostsFile {
  private static final Logger log = LoggerFactory.getLogger(HostsFile.class);
  private static final int MAX_BYTES = 1024 * 1024;

  private record Contents(Map<InetAddress, String> names, Map<String, Set<InetAddress>> addresses) {
    static final Contents NOTHING = new Contents(Map.of(), Map.of());
  }

  private final Reloading<Contents> contents;

  HostsFile(Path file) {
    try {
      contents = Reloading.open(List.of(file), () -> read(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e); // a file that cannot be read has no lines
    }
  }

  static HostsFile ofSystem() {
    return new HostsFile(Path.of("/etc/hosts"));
  }

  /** Returns the first name of the first line with that address. */
  Optional<String> name(InetAddress address) {
    return Optional.ofNullable(contents.current().names().get(address));
  }

  /** Returns all addresses of lines with that name. */
  Set<InetAddress> addresses(String name) {
    return contents.current().addresses().getOrDefault(name.toLowerCase(Locale.ROOT), Set.of());
  }

  private static Contents read(Path file) {
    byte[] bytes;
    try (InputStream in = Files.newInputStream(file)) {
      bytes = in.readNBytes(MAX_BYTES + 1);
    } catch (NoSuchFileException e) {
      return Contents.NOTHING;
    } catch (IOException e) {
      log.warn("cannot read {}: {}", file, e.getMessage());
      return Contents.NOTHING;
    }
    if (bytes.length > MAX_BYTES) {
      log.warn("{} is larger than {} bytes and not read", file, MAX_BYTES);
      return Contents.NOTHING;
    }
    Contents read = new Contents(new HashMap<>(), new HashMap<>());
    new String(bytes, StandardCharsets.ISO_8859_1).lines().forEach(line -> add(line, read));
    return read;
  }

  private static void add(String line, Contents contents) {
    int comment = line.indexOf('#');
    String[] words = (comment < 0 ? line : line.substring(0, comment)).strip().split("[ \t]+", -1);
    Optional<InetAddress> address = IpText.parse(words[0]);
    if (address.isEmpty() || words.length < 2) {
      return;
    }
    contents.names().putIfAbsent(address.get(), words[1]);
    for (int i = 1; i < words.length; i++) {
      contents
          .addresses()
          .computeIfAbsent(words[i].toLowerCase(Locale.ROOT), name -> new HashSet<>())
          .add(address.get());
    }
  }
}
