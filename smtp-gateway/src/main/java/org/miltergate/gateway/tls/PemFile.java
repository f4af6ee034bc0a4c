package org.miltergate.gateway.tls;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.miltergate.milter.bytes.Bytes;

/**
 * The blocks of a PEM file, in order (RFC 7468, and the headers of RFC 1421).
 *
 * <p>What stands outside of blocks is skipped.
 */
record PemFile(Path path, List<PemFile.Block> blocks) {
  static final String CERTIFICATE = "CERTIFICATE";

  /** Older labels, and OpenSSL's for a certificate followed by trust settings. */
  private static final Set<String> CERTIFICATES =
      Set.of(CERTIFICATE, "X509 CERTIFICATE", "TRUSTED CERTIFICATE");

  /** Far more than any certificate chain needs. */
  private static final int MAX_BYTES = 4 * 1024 * 1024;

  private static final String BEGIN = "-----BEGIN ";
  private static final String END = "-----END ";
  private static final String DASHES = "-----";

  /**
   * @param label such as {@code CERTIFICATE}, {@code RSA PRIVATE KEY}
   * @param encrypted in OpenSSL's way before PKCS#8, recognized by a header of the block
   */
  record Block(String label, boolean encrypted, Bytes content) {
    boolean isPrivateKey() {
      return label.endsWith("PRIVATE KEY");
    }
  }

  /**
   * Reads a file.
   *
   * @throws KeyFileException if it cannot be read, is larger than 4 MiB, or a block is malformed
   */
  static PemFile read(Path path) throws KeyFileException {
    return new PemFile(path, blocks(path, text(path)));
  }

  private static String text(Path path) throws KeyFileException {
    byte[] bytes = bytes(path);
    if (begins(bytes, 0xFE, 0xFF) || begins(bytes, 0xFF, 0xFE)) {
      return new String(bytes, StandardCharsets.UTF_16); // as some editors save "Unicode"
    }
    int start = begins(bytes, 0xEF, 0xBB, 0xBF) ? 3 : 0;
    return new String(bytes, start, bytes.length - start, StandardCharsets.ISO_8859_1);
  }

  private static boolean begins(byte[] bytes, int... start) {
    for (int i = 0; i < start.length; i++) {
      if (i >= bytes.length || (bytes[i] & 0xFF) != start[i]) {
        return false;
      }
    }
    return true;
  }

  /** Reads a file that is not a directory and not too large. */
  static byte[] bytes(Path path) throws KeyFileException {
    try {
      if (Files.isDirectory(path)) {
        throw new KeyFileException(path, "is a directory, must be a file");
      }
      long size = Files.size(path);
      if (size > MAX_BYTES) {
        throw new KeyFileException(
            path,
            String.format(Locale.ROOT, "has %d bytes, must have at most %d", size, MAX_BYTES));
      }
      return Files.readAllBytes(path);
    } catch (KeyFileException e) {
      throw e;
    } catch (NoSuchFileException e) {
      throw new KeyFileException(path, "no such file", e);
    } catch (IOException e) {
      throw new KeyFileException(path, "cannot be read: " + e, e);
    }
  }

  private static List<Block> blocks(Path path, String text) throws KeyFileException {
    List<Block> blocks = new ArrayList<>();
    String label = "";
    int begin = 0;
    List<String> lines = text.lines().map(String::strip).toList();
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i);
      if (line.startsWith(BEGIN) && line.endsWith(DASHES)) {
        if (!label.isEmpty()) {
          throw unended(path, label, begin);
        }
        label = line.substring(BEGIN.length(), line.length() - DASHES.length());
        begin = i + 1;
      } else if (line.equals(END + label + DASHES) && !label.isEmpty()) {
        blocks.add(block(path, label, begin, lines.subList(begin, i)));
        label = "";
      }
    }
    if (!label.isEmpty()) {
      throw unended(path, label, begin);
    }
    return blocks;
  }

  private static KeyFileException unended(Path path, String label, int line) {
    return new KeyFileException(
        path,
        String.format(
            Locale.ROOT,
            "%s that begins in line %d has no %s%s%s",
            label,
            line,
            END,
            label,
            DASHES));
  }

  private static Block block(Path path, String label, int line, List<String> lines)
      throws KeyFileException {
    List<String> headers = lines.stream().filter(text -> text.contains(":")).toList();
    boolean encrypted = headers.stream().anyMatch(header -> header.endsWith(",ENCRYPTED"));
    StringBuilder base64 = new StringBuilder();
    for (String text : lines) {
      // The value of DEK-Info may go on for a line; it is only there if the key is encrypted.
      if (!text.contains(":")) {
        base64.append(text);
      }
    }
    if (encrypted) {
      return new Block(label, true, Bytes.EMPTY);
    }
    try {
      byte[] content = Base64.getDecoder().decode(base64.toString());
      return new Block(label, false, Bytes.copyOf(content));
    } catch (IllegalArgumentException e) {
      throw new KeyFileException(
          path,
          String.format(Locale.ROOT, "%s that begins in line %d is not valid base64", label, line),
          e);
    }
  }

  List<Block> certificates() {
    return blocks.stream().filter(block -> CERTIFICATES.contains(block.label())).toList();
  }

  /** Describes the content of the file, for errors. */
  String contents() {
    if (blocks.isEmpty()) {
      return "nothing in PEM format";
    }
    Object[] labels = blocks.stream().map(Block::label).distinct().toArray();
    return String.join(", ", Arrays.copyOf(labels, labels.length, String[].class));
  }
}
