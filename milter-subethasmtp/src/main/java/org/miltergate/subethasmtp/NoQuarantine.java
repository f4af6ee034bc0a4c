package org.miltergate.subethasmtp;

import java.io.InputStream;
import org.subethamail.smtp.MessageHandler;
import org.subethamail.smtp.RejectException;

/** Refuses for now what a milter wants held, since nobody can look at it here. */
final class NoQuarantine implements MessageHandler {
  @Override
  public void from(String from) {}

  @Override
  public void recipient(String recipient) {}

  @Override
  public String data(InputStream data) throws RejectException {
    throw new RejectException(451, "4.7.1 Message cannot be held here - try again later");
  }

  @Override
  public void done() {}
}
