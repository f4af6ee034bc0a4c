package org.miltergate.milter.filter;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.miltergate.milter.bytes.Bytes;
import org.miltergate.milter.filter.header.RawField;

/**
 * A transaction made by hand, so that a filter can be tested without an MTA and without a socket:
 * {@link MailFilter#decide(TransactionBuilder)} runs a filter on it.
 *
 * <p>Without more, the client is {@code client.example [192.0.2.1]}, its HELO name is {@code
 * client.example}, the sender is {@code sender@example.org}, and the queue id is {@code TEST1}. Not
 * thread-safe; use from one thread at a time.
 */
public final class TransactionBuilder {
  private static final Pattern FIELD_END = Pattern.compile("\n(?![ \t])");

  private Client client = Client.of("client.example", "192.0.2.1");
  private String helo = "client.example";
  private EnvelopeAddress sender = EnvelopeAddress.of("sender@example.org");
  private final List<EnvelopeAddress> recipients = new ArrayList<>();
  private final List<RawField> fields = new ArrayList<>();
  private String body = "";
  private final Map<String, Bytes> macros = new HashMap<>(Map.of("i", Bytes.ofLatin1("TEST1")));

  TransactionBuilder() {}

  /** Sets the client of the MTA. */
  public TransactionBuilder client(String hostName, String ipAddress) {
    client = Client.of(hostName, ipAddress);
    return this;
  }

  /** Sets the client's HELO name. */
  public TransactionBuilder helo(String name) {
    helo = name;
    return this;
  }

  /** Sets the sender; empty for the null sender. */
  public TransactionBuilder sender(String address, String... arguments) {
    sender = EnvelopeAddress.of(address, arguments);
    return this;
  }

  /** Adds a recipient. */
  public TransactionBuilder recipient(String address, String... arguments) {
    recipients.add(EnvelopeAddress.of(address, arguments));
    return this;
  }

  /**
   * Adds a header field with exactly this value.
   *
   * @throws IllegalArgumentException if the name is not printable ASCII without a colon
   */
  public TransactionBuilder field(String name, String value) {
    fields.add(RawField.of(Bytes.ofUtf8(name), Bytes.ofUtf8(value)));
    return this;
  }

  /** Sets the body; line ends become CRLF. */
  public TransactionBuilder body(String text) {
    body = text.replace("\r\n", "\n").replace("\n", "\r\n");
    return this;
  }

  /**
   * Sets header and body from a whole message.
   *
   * @param text with LF or CRLF; the header ends at the first empty line
   * @throws IllegalArgumentException if a line of the header is not of a field
   */
  public TransactionBuilder message(String text) {
    String plain = text.replace("\r\n", "\n");
    int end = plain.startsWith("\n") ? 0 : plain.indexOf("\n\n") + 1;
    String header = end == 0 && !plain.startsWith("\n") ? plain : plain.substring(0, end);
    for (String field : FIELD_END.split(header, -1)) {
      int colon = field.indexOf(':');
      if (colon > 0) {
        fields.add(
            RawField.of(
                Bytes.ofUtf8(field.substring(0, colon)), Bytes.ofUtf8(field.substring(colon + 1))));
      } else if (!field.isEmpty()) {
        throw new IllegalArgumentException("'" + field + "' is not a header field");
      }
    }
    return body(header.length() < plain.length() ? plain.substring(header.length() + 1) : "");
  }

  /** Makes the client one that has logged in. */
  public TransactionBuilder authenticatedUser(String name) {
    return macro("auth_authen", name).macro("auth_type", "PLAIN");
  }

  /** Sets the queue id. */
  public TransactionBuilder queueId(String id) {
    return macro("i", id);
  }

  /** Makes the connection an encrypted one. */
  public TransactionBuilder tls(String version, String cipher) {
    return macro("tls_version", version).macro("cipher", cipher);
  }

  /**
   * Sets a macro.
   *
   * @param name without braces
   */
  public TransactionBuilder macro(String name, String value) {
    macros.put(name, Bytes.ofUtf8(value));
    return this;
  }

  List<EnvelopeAddress> recipients() {
    return List.copyOf(recipients);
  }

  Client client() {
    return client;
  }

  String helo() {
    return helo;
  }

  EnvelopeAddress sender() {
    return sender;
  }

  List<RawField> fields() {
    return List.copyOf(fields);
  }

  Bytes body() {
    return Bytes.ofUtf8(body);
  }

  Optional<Bytes> macro(String name) {
    return Optional.ofNullable(macros.get(name));
  }
}
