package org.miltergate.milter.wire;

import java.util.List;
import java.util.Objects;
import org.miltergate.milter.bytes.Bytes;

/**
 * A packet that the MTA sends to a milter.
 *
 * <p>Each record is one {@code SMFIC_*} code of {@code sendmail include/libmilter/mfdef.h}. Text is
 * kept as {@link Bytes}: the protocol specifies no character set. A text must not contain NUL,
 * which ends it on the wire.
 *
 * <p>Immutable and thread-safe.
 */
public sealed interface Command {

  /** {@code SMFIC_OPTNEG}, {@code 'O'}: what the MTA can do; the first packet of a connection. */
  record Negotiate(Negotiation offer) implements Command {
    public Negotiate {
      if (!offer.macroLists().isEmpty()) {
        throw new IllegalArgumentException(
            "an offer has no macro lists, only a milter's reply has");
      }
    }
  }

  /**
   * {@code SMFIC_MACRO}, {@code 'D'}: macro values for the command that follows. Never answered.
   *
   * @param command letter of the command that the values belong to
   */
  record Macro(byte command, List<MacroValue> values) implements Command {
    public Macro {
      values = List.copyOf(values);
    }
  }

  /**
   * {@code SMFIC_CONNECT}, {@code 'C'}: a client has connected.
   *
   * @param hostname the verified client name, or its address in brackets
   */
  record Connect(Bytes hostname, ClientAddress address) implements Command {
    public Connect {
      Text.requireNoNul(hostname, "hostname");
      Objects.requireNonNull(address, "address");
    }
  }

  /** {@code SMFIC_HELO}, {@code 'H'}: the argument of HELO or EHLO, as the client wrote it. */
  record Helo(Bytes name) implements Command {
    public Helo {
      Text.requireNoNul(name, "name");
    }
  }

  /** {@code SMFIC_MAIL}, {@code 'M'}: the sender as the client wrote it, and ESMTP arguments. */
  record Mail(Bytes sender, List<Bytes> arguments) implements Command {
    public Mail {
      Text.requireNoNul(sender, "sender");
      arguments = Text.copyOfTexts(arguments, "arguments");
    }
  }

  /** {@code SMFIC_RCPT}, {@code 'R'}: one recipient as the client wrote it, and its arguments. */
  record Rcpt(Bytes recipient, List<Bytes> arguments) implements Command {
    public Rcpt {
      Text.requireNoNul(recipient, "recipient");
      arguments = Text.copyOfTexts(arguments, "arguments");
    }
  }

  /** {@code SMFIC_DATA}, {@code 'T'}: the client has asked to send the message. Version 4 on. */
  record Data() implements Command {}

  /**
   * {@code SMFIC_HEADER}, {@code 'L'}: one header field.
   *
   * @param name without colon
   * @param value folds as LF and white space; with its leading blank only if {@code
   *     SMFIP_HDR_LEADSPC} was agreed
   */
  record Header(Bytes name, Bytes value) implements Command {
    public Header {
      Text.requireNoNul(name, "name");
      Text.requireNoNul(value, "value");
    }
  }

  /** {@code SMFIC_EOH}, {@code 'N'}: the end of the header block. */
  record EndOfHeaders() implements Command {}

  /** {@code SMFIC_BODY}, {@code 'B'}: a piece of the body, at least one byte. */
  record Body(Bytes chunk) implements Command {
    public Body {
      if (chunk.isEmpty()) {
        throw new IllegalArgumentException("body chunk is empty, must have at least 1 byte");
      }
    }
  }

  /**
   * {@code SMFIC_BODYEOB}, {@code 'E'}: the end of the message; the milter may now change it.
   *
   * @param chunk a last piece of the body; always empty from this library's MTA side
   */
  record EndOfMessage(Bytes chunk) implements Command {
    public EndOfMessage {
      Objects.requireNonNull(chunk, "chunk");
    }

    public EndOfMessage() {
      this(Bytes.EMPTY);
    }
  }

  /**
   * {@code SMFIC_UNKNOWN}, {@code 'U'}: a command line that the MTA does not know. Version 3 on.
   */
  record Unknown(Bytes line) implements Command {
    public Unknown {
      Text.requireNoNul(line, "line");
    }
  }

  /** {@code SMFIC_ABORT}, {@code 'A'}: the message is abandoned. Never answered. */
  record Abort() implements Command {}

  /** {@code SMFIC_QUIT}, {@code 'Q'}: the end of the connection. Never answered. */
  record Quit() implements Command {}

  /**
   * {@code SMFIC_QUIT_NC}, {@code 'K'}: this client has disconnected, the milter connection stays
   * open. Never answered.
   */
  record QuitKeepConnection() implements Command {}
}
