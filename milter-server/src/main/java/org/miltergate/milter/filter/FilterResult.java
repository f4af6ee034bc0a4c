package org.miltergate.milter.filter;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.miltergate.milter.bytes.Bytes;
import org.miltergate.milter.filter.header.MessageHeader;
import org.miltergate.milter.filter.header.RawField;
import org.miltergate.milter.text.Utf8;
import org.miltergate.milter.wire.PacketText;
import org.miltergate.milter.wire.Reply;

/**
 * What a filter has made of a transaction that was built by hand.
 *
 * @param refused the recipients that the filter has refused
 * @param packets what would be sent to Postfix before the verdict, except the new body; none if the
 *     message does not pass
 * @param sender after the edits, as are the others
 */
public record FilterResult(
    Decision decision,
    Map<EnvelopeAddress, Decision> refused,
    List<Reply.Modification> packets,
    EnvelopeAddress sender,
    List<EnvelopeAddress> recipients,
    List<RawField> fields,
    Bytes bodyBytes) {
  public FilterResult {
    refused = Map.copyOf(refused);
    packets = List.copyOf(packets);
    recipients = List.copyOf(recipients);
    fields = List.copyOf(fields);
  }

  /** Returns the header, to be read. */
  public MessageHeader header() {
    return MessageHeader.of(fields);
  }

  /** Returns the body. */
  public String body() {
    byte[] bytes = bodyBytes.toArray();
    return Utf8.decode(bytes).orElseGet(bodyBytes::toString);
  }

  /** Returns header and body with LF at the end of each line. */
  public String message() {
    String header =
        fields.stream().map(field -> field.toBytes().toUtf8String()).collect(Collectors.joining());
    return (header + "\r\n" + body()).replace("\r\n", "\n");
  }

  /** Returns the packets as text, one a line, such as {@code ADDHEADER X-Seen| yes}. */
  public String packetText() {
    return packets.stream().map(PacketText::write).collect(Collectors.joining("\n"));
  }

  /** Returns why the message is held, if it is. */
  public Optional<String> quarantineReason() {
    return decision instanceof Decision.Quarantine(String reason)
        ? Optional.of(reason)
        : Optional.empty();
  }
}
