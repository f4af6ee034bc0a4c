package org.miltergate.gateway.bounce;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.miltergate.gateway.relay.MailOption;
import org.miltergate.milter.bytes.Bytes;
import org.miltergate.milter.dsn.SenderDsn;
import org.miltergate.milter.mail.HeaderField;
import org.miltergate.milter.mail.MailMessage;

/**
 * The part of a message that a bounce returns: all of it, or its header, exactly as the next hop
 * would have got it.
 *
 * @param whole whether it is all
 */
record ReturnedContent(Bytes bytes, boolean whole) {

  /**
   * Returns as much of a message as the sender wants and the limit allows; of a message with
   * REQUIRETLS only the header, since the way back may differ (RFC 8689, section 5).
   *
   * @param maxBytes a longer message is reduced to its header, and a longer header to its first
   *     fields
   * @throws IOException if the body cannot be read
   */
  static ReturnedContent of(UndeliveredMessage undelivered, long maxBytes) throws IOException {
    MailMessage message = undelivered.message();
    boolean headerOnly =
        undelivered.options().contains(MailOption.REQUIRE_TLS)
            || SenderDsn.of(message.envelope().sender().arguments())
                .returned()
                .filter(SenderDsn.Returned.HDRS::equals)
                .isPresent();
    if (headerOnly || undelivered.received().length() + message.length() > maxBytes) {
      return header(undelivered, maxBytes);
    }
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    message.writeTo(all, undelivered.received());
    return new ReturnedContent(Bytes.copyOf(all.toByteArray()), true);
  }

  /** Takes whole fields from the top, as many as the limit allows. */
  static ReturnedContent header(UndeliveredMessage undelivered, long maxBytes) {
    MailMessage message = undelivered.message();
    List<Bytes> fields = new ArrayList<>();
    message.aboveReceived().fields().stream().map(HeaderField::raw).forEach(fields::add);
    fields.add(undelivered.received());
    message.header().fields().stream().map(HeaderField::raw).forEach(fields::add);
    ByteArrayOutputStream header = new ByteArrayOutputStream();
    for (Bytes field : fields) {
      if (header.size() + field.length() > maxBytes) {
        break;
      }
      header.writeBytes(field.toArray());
    }
    return new ReturnedContent(Bytes.copyOf(header.toByteArray()), false);
  }

  boolean isAscii() {
    return Ascii.is(bytes);
  }
}
