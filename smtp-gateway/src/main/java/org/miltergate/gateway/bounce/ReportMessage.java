package org.miltergate.gateway.bounce;

import jakarta.activation.DataHandler;
import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import jakarta.mail.internet.ContentType;
import jakarta.mail.internet.MimeBodyPart;
import jakarta.mail.internet.MimeMessage;
import jakarta.mail.internet.MimeMultipart;
import jakarta.mail.util.ByteArrayDataSource;
import java.util.Properties;

/**
 * A multipart/report message (RFC 6522). Its message identifier is its maker's, which needs no
 * lookup of host names.
 */
final class ReportMessage extends MimeMessage {
  private final String messageId;

  ReportMessage(String messageId, BounceForm form) {
    super(session(form));
    this.messageId = messageId;
  }

  private static Session session(BounceForm form) {
    Properties properties = new Properties();
    boolean international = form == BounceForm.INTERNATIONAL;
    properties.setProperty("mail.mime.allowutf8", Boolean.toString(international));
    return Session.getInstance(properties);
  }

  @Override
  protected void updateMessageID() throws MessagingException {
    setHeader("Message-ID", messageId);
  }

  /** Creates a part whose bytes are copied unchanged, unless the encoding is another. */
  static MimeBodyPart part(String type, String encoding, String description, byte[] content)
      throws MessagingException {
    MimeBodyPart part = new MimeBodyPart();
    part.setDataHandler(new DataHandler(new ByteArrayDataSource(content, type)));
    part.setHeader("Content-Description", description);
    part.setHeader("Content-Type", type);
    part.setHeader("Content-Transfer-Encoding", encoding);
    return part;
  }

  /** The parts, between boundaries that no message can know in advance. */
  static final class Parts extends MimeMultipart {
    Parts(String boundary) throws MessagingException {
      ContentType type = new ContentType("multipart", "report", null);
      type.setParameter("report-type", "delivery-status");
      type.setParameter("boundary", boundary);
      contentType = type.toString();
    }
  }
}
