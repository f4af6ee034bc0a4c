package org.miltergate.james;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import org.apache.james.core.Username;
import org.apache.james.protocols.smtp.MailEnvelope;
import org.apache.james.protocols.smtp.SMTPSession;
import org.miltergate.milter.chain.ChainSession;
import org.miltergate.milter.chain.SmtpTls;
import org.miltergate.milter.chain.Verdict;

/**
 * What milters were told of one connection.
 *
 * <p>Not thread-safe: James handles the events of one connection one after another.
 */
final class JamesSession implements Closeable {
  /** A Received field of James has some 300 bytes. */
  private static final int MOST_TRACE_BYTES = 4096;

  private static final String TRACE = "Received:";

  private final ChainSession milters;
  private boolean encrypted;
  private boolean loggedIn;
  private String mechanism = "";

  /** Bytes of the content so far, as milters get them. */
  private long contentBytes;

  JamesSession(ChainSession milters) {
    this.milters = milters;
  }

  ChainSession milters() {
    return milters;
  }

  Verdict helo(SMTPSession session, String name) {
    if (!encrypted && session.isTLSStarted()) {
      encrypted = true;
      session.getSSLSession().ifPresent(tls -> milters.encrypted(SmtpTls.of(tls)));
    }
    return milters.helo(name);
  }

  /**
   * @param argument of AUTH: a mechanism, and perhaps a secret
   */
  void loginAttempt(String argument) {
    mechanism = argument.strip().split(" ", 2)[0].toUpperCase(Locale.ROOT);
  }

  Verdict mail(SMTPSession session, String sender) {
    Username user = session.getUsername();
    if (user != null) {
      milters.loggedIn(mechanism, user.asString());
    } else if (loggedIn) {
      milters.loggedOut();
    }
    loggedIn = user != null;
    contentBytes = 0;
    return milters.mail(sender);
  }

  /** Leaves out recipients that a hook has refused after milters had let them pass. */
  void keepOnly(List<String> accepted) {
    milters.envelope().recipients().stream()
        .map(recipient -> recipient.mailbox().toUtf8String())
        .filter(recipient -> !accepted.contains(recipient))
        .forEach(milters::withdrawRecipient);
  }

  /** Takes a line of the content as it came, or the final dot. */
  void line(byte[] line) {
    boolean dot = line.length > 0 && line[0] == '.';
    if (dot && line.length == 3) {
      return; // the end, as James sees it
    }
    int stuffed = dot && line.length > 1 && line[1] == '.' ? 1 : 0;
    milters.append(line, stuffed, line.length - stuffed);
    contentBytes += line.length - stuffed;
  }

  /**
   * Returns the field that James has put in front of the content, which milters neither see nor
   * count; empty if there is none.
   */
  String traceField(MailEnvelope envelope) throws IOException {
    long before = envelope.getSize() - contentBytes;
    if (before <= 0 || before > MOST_TRACE_BYTES) {
      return "";
    }
    try (InputStream in = envelope.getMessageInputStream()) {
      String field = new String(in.readNBytes((int) before), StandardCharsets.UTF_8);
      return field.startsWith(TRACE) ? field : "";
    }
  }

  @Override
  public void close() {
    milters.close();
  }
}
