package org.miltergate.james;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import javax.mail.internet.AddressException;
import org.apache.james.core.MailAddress;
import org.apache.james.core.MaybeSender;
import org.apache.james.protocols.smtp.MailEnvelope;
import org.miltergate.milter.chain.ContentResult;

/** A message as milters left it. Can be read while the hook that gets it runs. */
final class FilteredEnvelope implements MailEnvelope {
  private final ContentResult result;
  private final String trace;
  private final MaybeSender sender;
  private final List<MailAddress> recipients;

  /**
   * @param trace the field of James, for its place among those of milters
   * @throws IOException if a milter gave an address that James does not take
   */
  FilteredEnvelope(ContentResult result, String trace) throws IOException {
    this.result = result;
    this.trace = trace;
    try {
      String from = plain(result.sender());
      this.sender =
          from.isEmpty() ? MaybeSender.nullSender() : MaybeSender.of(new MailAddress(from));
      List<MailAddress> all = new ArrayList<>();
      for (String recipient : result.recipients()) {
        all.add(new MailAddress(plain(recipient)));
      }
      this.recipients = List.copyOf(all);
    } catch (AddressException e) {
      throw new IOException("a milter gave an address that James does not take", e);
    }
  }

  private static String plain(String path) {
    return path.substring(1, path.length() - 1);
  }

  @Override
  public long getSize() {
    return result.message().length() + trace.getBytes(StandardCharsets.UTF_8).length;
  }

  @Override
  public List<MailAddress> getRecipients() {
    return recipients;
  }

  @Override
  public MaybeSender getMaybeSender() {
    return sender;
  }

  /** Always throws: what milters have seen cannot be written to any more. */
  @Override
  public OutputStream getMessageOutputStream() {
    throw new UnsupportedOperationException("the message has passed the milters");
  }

  @Override
  public InputStream getMessageInputStream() {
    return result.toInputStream(trace);
  }
}
