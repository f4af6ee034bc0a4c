package org.miltergate.milter.server;

import java.io.IOException;
import java.util.List;
import org.miltergate.milter.bytes.Bytes;

/**
 * Edits of the message at its end; all are sent in the order of the calls.
 *
 * <p>Every method throws {@link IllegalStateException} if its action was not agreed on or the end
 * of the message has been handled, {@link IllegalArgumentException} if a text contains NUL, and
 * {@link IOException} if the connection is lost. Values of header fields have their folds as LF and
 * white space; the MTA inserts a blank before the value unless leading space was agreed. A call
 * blocks until the packet is written, at most for {@link MilterServerBuilder#writeLimit}.
 *
 * <p>Not thread-safe; use from the thread that calls the handler.
 */
public interface EditSink {

  /** Adds a header field at the end. Needs {@code ADD_HEADERS}. */
  void addHeader(Bytes name, Bytes value) throws IOException;

  /**
   * Inserts a header field. Needs {@code ADD_HEADERS}.
   *
   * @param index position in the header block counted from 0, where 0 is above the MTA's own
   *     Received field
   */
  void insertHeader(int index, Bytes name, Bytes value) throws IOException;

  /**
   * Replaces a header field, or adds it at the end if there is none. Needs {@code CHANGE_HEADERS}.
   *
   * @param index position among the fields of that name, counted from 1
   * @param value not empty
   */
  void changeHeader(int index, Bytes name, Bytes value) throws IOException;

  /**
   * Deletes a header field. Needs {@code CHANGE_HEADERS}. Delete the last one first: the positions
   * of later fields may change immediately.
   *
   * @param index position among the fields of that name, counted from 1
   */
  void deleteHeader(int index, Bytes name) throws IOException;

  /**
   * Replaces the body; further calls append to it. Needs {@code CHANGE_BODY}.
   *
   * @param content of any length; empty for an empty body
   */
  void replaceBody(Bytes content) throws IOException;

  /**
   * Adds a recipient. Needs {@code ADD_RECIPIENTS}, or with arguments {@code
   * ADD_RECIPIENTS_WITH_ARGUMENTS}.
   *
   * @param arguments ESMTP arguments such as {@code NOTIFY=NEVER}; usually none
   */
  void addRecipient(Bytes recipient, List<Bytes> arguments) throws IOException;

  /** Deletes a recipient. Needs {@code DELETE_RECIPIENTS}. */
  void deleteRecipient(Bytes recipient) throws IOException;

  /** Replaces the sender. Needs {@code CHANGE_SENDER}. */
  void changeSender(Bytes sender, List<Bytes> arguments) throws IOException;

  /** Holds the message in the MTA's quarantine. Needs {@code QUARANTINE}. */
  void quarantine(Bytes reason) throws IOException;

  /** Reports progress to the MTA at once, so that its time limit restarts. */
  void progress() throws IOException;
}
