package org.miltergate.bench.process;

import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import jakarta.mail.Transport;
import java.util.Properties;

/** Angus Mail as its documentation advises: one transport, connected once, for many messages. */
public final class AngusMail {
  private static final String LIMIT_MILLIS = "60000";

  private AngusMail() {}

  /** Creates a session whose transport connects to a port of 127.0.0.1. */
  public static Session session(int port) {
    Properties settings = new Properties();
    settings.setProperty("mail.transport.protocol", "smtp");
    settings.setProperty("mail.smtp.host", "127.0.0.1");
    settings.setProperty("mail.smtp.port", Integer.toString(port));
    settings.setProperty("mail.smtp.localhost", "mx.test");
    settings.setProperty("mail.smtp.connectiontimeout", LIMIT_MILLIS);
    settings.setProperty("mail.smtp.timeout", LIMIT_MILLIS);
    return Session.getInstance(settings);
  }

  public static Transport connected(Session session) throws MessagingException {
    Transport transport = session.getTransport();
    transport.connect();
    return transport;
  }
}
