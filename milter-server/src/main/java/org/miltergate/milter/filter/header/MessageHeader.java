package org.miltergate.milter.filter.header;

import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.miltergate.milter.bytes.Bytes;

/**
 * The header of a message, which can be edited freely: {@link HeaderPlan} finds the packets later.
 *
 * <p>Names are compared without regard to case. The MTA's own Received field is not among the
 * fields. Not thread-safe; use from one thread at a time.
 */
public final class MessageHeader {
  private final List<RawField> original;
  private final List<MessageField> fields = new ArrayList<>();

  private MessageHeader(List<RawField> original) {
    this.original = List.copyOf(original);
    original.forEach(field -> fields.add(new MessageField(field)));
  }

  /** Creates a header of these fields. */
  public static MessageHeader of(List<RawField> fields) {
    return new MessageHeader(fields);
  }

  /** Returns the fields in order, as they are now. */
  public List<MessageField> fields() {
    return List.copyOf(fields);
  }

  /** Returns the fields of a name, in order. */
  public List<MessageField> fields(String name) {
    return fields.stream().filter(field -> field.isNamed(name)).toList();
  }

  /** Returns the first field of a name, if there is one. */
  public Optional<MessageField> first(String name) {
    return fields.stream().filter(field -> field.isNamed(name)).findFirst();
  }

  /** Returns the decoded value of the first field of a name, if there is one. */
  public Optional<String> text(String name) {
    return first(name).map(MessageField::text);
  }

  /**
   * Adds a field at the end; the text is encoded and folded as in {@link MessageField#setText}.
   *
   * @throws IllegalArgumentException if the name is not printable ASCII without a colon, or the
   *     field would be longer than 65535 bytes
   */
  public MessageField add(String name, String text) {
    return insert(fields.size(), name, text);
  }

  /** Inserts a field above all others, where trace fields belong; otherwise as {@link #add}. */
  public MessageField addFirst(String name, String text) {
    return insert(0, name, text);
  }

  /**
   * Inserts a field above another.
   *
   * @throws IllegalArgumentException as {@link #add}, or if {@code place} is not in this header
   */
  public MessageField insertBefore(MessageField place, String name, String text) {
    return insert(indexOf(place), name, text);
  }

  /** Inserts a field below another; otherwise as {@link #insertBefore}. */
  public MessageField insertAfter(MessageField place, String name, String text) {
    return insert(indexOf(place) + 1, name, text);
  }

  /**
   * Adds a field at the end whose value is already as it is to be sent; see {@link RawField#of}.
   *
   * @throws IllegalArgumentException as {@link #add}
   */
  public MessageField addRaw(String name, Bytes value) {
    return insert(fields.size(), RawField.of(Bytes.ofUtf8(name), value));
  }

  /** Inserts such a field above all others. */
  public MessageField addRawFirst(String name, Bytes value) {
    return insert(0, RawField.of(Bytes.ofUtf8(name), value));
  }

  private MessageField insert(int index, String name, String text) {
    Bytes bytes = Bytes.ofUtf8(name);
    return insert(index, RawField.of(bytes, FieldText.encoded(bytes, text)));
  }

  private MessageField insert(int index, RawField raw) {
    MessageField field = new MessageField(raw);
    fields.add(index, field);
    return field;
  }

  /**
   * Sets the text of the first field of a name and removes the others of that name; adds one at the
   * end if there is none.
   *
   * @throws IllegalArgumentException as {@link #add}
   */
  public MessageField set(String name, String text) {
    Optional<MessageField> first = first(name);
    if (first.isEmpty()) {
      return add(name, text);
    }
    first.get().setText(text);
    keepOnly(name, first.get());
    return first.get();
  }

  /** Sets a value as it is to be sent; otherwise as {@link #set}. */
  public MessageField setRaw(String name, Bytes value) {
    Optional<MessageField> first = first(name);
    if (first.isEmpty()) {
      return addRaw(name, value);
    }
    first.get().setValue(value);
    keepOnly(name, first.get());
    return first.get();
  }

  private void keepOnly(String name, MessageField kept) {
    fields.removeIf(field -> field != kept && field.isNamed(name));
  }

  /** Removes all fields of a name; returns how many there were. */
  public int remove(String name) {
    int before = fields.size();
    fields.removeIf(field -> field.isNamed(name));
    return before - fields.size();
  }

  /**
   * Removes one field.
   *
   * @throws IllegalArgumentException if it is not in this header
   */
  public void remove(MessageField field) {
    fields.remove(indexOf(field));
  }

  /**
   * Moves a field above all others.
   *
   * @throws IllegalArgumentException if it is not in this header
   */
  public void moveToTop(MessageField field) {
    fields.remove(indexOf(field));
    fields.addFirst(field);
  }

  /** Moves a field below all others. */
  public void moveToEnd(MessageField field) {
    fields.remove(indexOf(field));
    fields.addLast(field);
  }

  /** Moves a field directly above another; both are in this header. */
  public void moveBefore(MessageField field, MessageField place) {
    indexOf(place);
    fields.remove(indexOf(field));
    fields.add(field == place ? fields.size() : indexOf(place), field);
  }

  private int indexOf(MessageField field) {
    for (int i = 0; i < fields.size(); i++) {
      if (fields.get(i) == field) {
        return i;
      }
    }
    throw new IllegalArgumentException("field " + field.name() + " is not in this header");
  }

  /** Returns the decoded subject; empty without such a field. */
  public String subject() {
    return text("Subject").orElse("");
  }

  /** Sets the subject. */
  public void setSubject(String subject) {
    set("Subject", subject);
  }

  /** Returns the date of the message, or empty if there is none that can be read. */
  public Optional<OffsetDateTime> date() {
    return first("Date").flatMap(field -> MessageDate.parse(field.value()));
  }

  /** Sets the date of the message, to the second. */
  public void setDate(OffsetDateTime date) {
    setRaw("Date", Bytes.ofLatin1(MessageDate.format(date)));
  }

  /** Returns the identifier of the message with its angle brackets, if there is one. */
  public Optional<String> messageId() {
    return first("Message-ID").map(MessageField::value);
  }

  /**
   * Returns the mailboxes in all fields of a name, such as {@code To}; those of groups as well.
   * What cannot be read as an address is left out.
   */
  public List<EmailAddress> addresses(String name) {
    return fields.stream()
        .filter(field -> field.isNamed(name))
        .flatMap(field -> EmailAddress.parseList(field.value()).stream())
        .toList();
  }

  /**
   * Sets the first field of a name to a list of mailboxes and removes the others of that name.
   *
   * @throws IllegalArgumentException if the list is empty, or as {@link #add}
   */
  public void setAddresses(String name, List<EmailAddress> addresses) {
    if (addresses.isEmpty()) {
      throw new IllegalArgumentException(
          "list of addresses for " + name + " is empty, remove the field instead");
    }
    String line =
        addresses.stream().map(EmailAddress::toHeaderText).collect(Collectors.joining(", "));
    setRaw(name, FieldText.folded(Bytes.ofUtf8(name), line));
  }

  /** Returns the fields as they are now. */
  public List<RawField> raw() {
    return fields.stream().map(MessageField::raw).toList();
  }

  /** Returns the fields as they came. */
  public List<RawField> original() {
    return original;
  }

  /** Returns whether it differs from the header that came. */
  public boolean isChanged() {
    return !original.equals(raw());
  }

  /** Returns the fields, one a line, with escapes. */
  @Override
  public String toString() {
    return fields.stream().map(MessageField::toString).collect(Collectors.joining("\n"));
  }
}
