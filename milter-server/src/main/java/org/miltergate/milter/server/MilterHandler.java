package org.miltergate.milter.server;

import java.util.List;
import org.miltergate.milter.bytes.Bytes;
import org.miltergate.milter.wire.ClientAddress;

/**
 * What a milter does at each event of one SMTP connection.
 *
 * <p>An instance serves one connection of an MTA and is called by one thread, in the order {@code
 * connect, helo, (mail, rcpt*, data, header*, endOfHeaders, body*, endOfMessage)*}, {@code close};
 * {@link #abort} can take the place of the rest of a message. Methods for events that the MTA
 * leaves out, or that were agreed not to be sent, are not called.
 *
 * <p>Once a message is accepted, refused or discarded, the milter gets no more of it; once a
 * connection is, only {@link #close} is called. A method may block; the MTA waits for it up to its
 * own time limit. If a method throws or returns {@code null}, this is logged and the reply is
 * {@link Answer#TEMPFAIL}; the connection goes on. At an event to which the milter does not reply,
 * it becomes the verdict on the whole message or, at connect and HELO, on the connection.
 *
 * <p>Bytes are as the MTA sent them; see {@link org.miltergate.milter.wire.Command} for each.
 */
public interface MilterHandler {

  /** Handles a new client. A refusal applies to everything that the client sends. */
  default Answer connect(Bytes hostname, ClientAddress address) throws Exception {
    return Answer.CONTINUE;
  }

  /** Handles HELO or EHLO, which can come again, such as after STARTTLS. */
  default Answer helo(Bytes name) throws Exception {
    return Answer.CONTINUE;
  }

  /** Handles MAIL: the sender, as the client wrote it, and its ESMTP arguments. */
  default Answer mail(Bytes sender, List<Bytes> arguments) throws Exception {
    return Answer.CONTINUE;
  }

  /** Handles RCPT. A refusal applies to this recipient only. */
  default Answer rcpt(Bytes recipient, List<Bytes> arguments) throws Exception {
    return Answer.CONTINUE;
  }

  default Answer data() throws Exception {
    return Answer.CONTINUE;
  }

  /** Handles a command that the MTA does not know. */
  default Answer unknown(Bytes line) throws Exception {
    return Answer.CONTINUE;
  }

  /**
   * Handles one header field.
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
   * Handles a piece of the body, split anywhere. {@link Answer#SKIP} asks for no more of them.
   *
   * @param chunk at most 65535 bytes
   */
  default Answer body(Bytes chunk) throws Exception {
    return Answer.CONTINUE;
  }

  /**
   * Decides on the message, and may edit it first.
   *
   * @param edits valid until this method returns; dropped by the MTA unless the reply is {@link
   *     Answer#CONTINUE} or {@link Answer#ACCEPT}
   */
  default Answer endOfMessage(EditSink edits) throws Exception {
    return Answer.CONTINUE;
  }

  /** Called when the message is abandoned, by the client or because of another milter. */
  default void abort() throws Exception {}

  /**
   * Called once when the connection has ended, whatever happened. Never interrupted by {@link
   * MilterServer#stop}.
   */
  default void close() throws Exception {}
}
