package org.miltergate.milter.server;

import java.util.List;
import org.miltergate.milter.bytes.Bytes;
import org.miltergate.milter.wire.ClientAddress;

/**
 * A filter: what it does at each event of one SMTP connection.
 *
 * <p>An instance serves one connection of an MTA and is called by one thread, in the order {@code
 * connect, helo, (mail, rcpt*, data, header*, endOfHeaders, body*, endOfMessage)*}, {@code close};
 * {@link #abort} can take the place of the rest of a message. An event that the MTA leaves out, or
 * that was agreed not to be sent, is not called.
 *
 * <p>Once a message is accepted, refused or discarded, the filter gets no more of it; once a
 * connection is, nothing more except {@link #close}. Whatever a method throws is logged and
 * answered with {@link Answer#TEMPFAIL}, as is {@code null}; it does not end the connection. At an
 * event that the filter does not answer it is the verdict on the whole message, or at connect and
 * helo on the connection.
 *
 * <p>Bytes are as the MTA sent them; see {@link org.miltergate.milter.wire.Command} for each.
 */
public interface MilterHandler {

  /** Sees a client. A refusal counts for all that the client tries. */
  default Answer connect(Bytes hostname, ClientAddress address) throws Exception {
    return Answer.CONTINUE;
  }

  /** Sees HELO or EHLO; can come again, such as after STARTTLS. */
  default Answer helo(Bytes name) throws Exception {
    return Answer.CONTINUE;
  }

  /** Sees the sender, as the client wrote it, and its ESMTP arguments. */
  default Answer mail(Bytes sender, List<Bytes> arguments) throws Exception {
    return Answer.CONTINUE;
  }

  /** Sees a recipient. A refusal is of this recipient only. */
  default Answer rcpt(Bytes recipient, List<Bytes> arguments) throws Exception {
    return Answer.CONTINUE;
  }

  default Answer data() throws Exception {
    return Answer.CONTINUE;
  }

  /** Sees a command that the MTA does not know. */
  default Answer unknown(Bytes line) throws Exception {
    return Answer.CONTINUE;
  }

  /**
   * Sees a header field.
   *
   * @param value folds as LF and white space; its leading blank only if that was agreed
   */
  default Answer header(Bytes name, Bytes value) throws Exception {
    return Answer.CONTINUE;
  }

  default Answer endOfHeaders() throws Exception {
    return Answer.CONTINUE;
  }

  /**
   * Sees a piece of the body, cut anywhere. {@link Answer#SKIP} asks for no more of them.
   *
   * @param chunk 65535 bytes at most
   */
  default Answer body(Bytes chunk) throws Exception {
    return Answer.CONTINUE;
  }

  /**
   * Decides on the message, and may change it before.
   *
   * @param edits of use until this method returns; dropped unless the answer is {@link
   *     Answer#CONTINUE} or {@link Answer#ACCEPT}
   */
  default Answer endOfMessage(EditSink edits) throws Exception {
    return Answer.CONTINUE;
  }

  /** Learns that the message is given up, by the client or for another filter's sake. */
  default void abort() throws Exception {}

  /**
   * Learns that the connection is over; called once, whatever happened. Never interrupted by {@link
   * MilterServer#stop}.
   */
  default void close() throws Exception {}
}
