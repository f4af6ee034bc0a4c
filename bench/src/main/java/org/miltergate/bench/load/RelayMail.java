package org.miltergate.bench.load;

import jakarta.mail.Address;
import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import jakarta.mail.internet.InternetAddress;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.eclipse.angus.mail.smtp.SMTPMessage;
import org.miltergate.gateway.relay.OutboundMessage;
import org.miltergate.milter.bytes.Bytes;
import org.miltergate.milter.mail.Envelope;
import org.miltergate.milter.mail.MailMessage;
import org.miltergate.milter.mail.Recipient;

/**
 * The message that the relay clients send, prepared for each of them before the measurement starts.
 *
 * @param recipients how many
 */
public record RelayMail(int recipients) {
  private static final String SENDER = "alice@client.example";
  private static final int FIELDS = 10;
  private static final int BODY_BYTES = 4096;

  private List<String> addresses() {
    return IntStream.range(0, recipients).mapToObj("bob%d@example.org"::formatted).toList();
  }

  OutboundMessage forMiltergate() {
    List<Recipient> all =
        addresses().stream()
            .map(address -> new Recipient(Bytes.ofLatin1("<" + address + ">"), List.of()))
            .toList();
    MailMessage plain = Mail.of(FIELDS, BODY_BYTES);
    MailMessage message =
        new MailMessage(
            new Envelope(Mail.SENDER, all), plain.header(), plain.separator(), plain.body());
    return new OutboundMessage("4fXyZ1", message, Bytes.EMPTY, Set.of(), Bytes.ofLatin1("bench"));
  }

  SMTPMessage forAngus(Session session) throws IOException, MessagingException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    Mail.of(FIELDS, BODY_BYTES).writeTo(bytes);
    SMTPMessage message = new SMTPMessage(session, new ByteArrayInputStream(bytes.toByteArray()));
    message.setEnvelopeFrom(SENDER);
    return message;
  }

  Address[] addressesForAngus() throws MessagingException {
    List<Address> all = new ArrayList<>();
    for (String address : addresses()) {
      all.add(new InternetAddress(address));
    }
    return all.toArray(Address[]::new);
  }
}
