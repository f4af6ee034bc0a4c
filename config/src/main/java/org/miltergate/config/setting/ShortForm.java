package org.miltergate.config.setting;

import java.util.List;
import java.util.Optional;

/**
 * A record that may be written as one piece of text, if all else has its default.
 *
 * @param text the short form
 * @param record the whole form
 */
public record ShortForm<S extends Settings<S>>(TextForm<S> text, RecordForm<S> record)
    implements Form<S> {
  @Override
  public Optional<S> read(Source source) {
    return source.kind() == Source.Kind.TEXT ? text.read(source) : record.read(source);
  }

  @Override
  public Object tree(S value, Detail detail) {
    boolean plain = detail == Detail.CHANGED && text.canWrite(value);
    return plain ? text.tree(value, detail) : record.tree(value, detail);
  }

  @Override
  public List<RecordForm<?>> mappings() {
    return record.mappings();
  }

  @Override
  public String wanted() {
    return text.wanted() + ", or " + record.wanted();
  }
}
