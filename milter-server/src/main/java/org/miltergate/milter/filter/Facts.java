package org.miltergate.milter.filter;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.miltergate.milter.body.Body;
import org.miltergate.milter.bytes.Bytes;
import org.miltergate.milter.filter.header.RawField;

/** What the MTA has told of a transaction so far. */
final class Facts {
  @Nullable Client client;
  @Nullable String helo;
  @Nullable EnvelopeAddress sender;
  final List<EnvelopeAddress> recipients = new ArrayList<>();
  final Map<EnvelopeAddress, Decision> refused = new LinkedHashMap<>();
  final List<RawField> fields = new ArrayList<>();
  boolean headerTruncated;
  Body body = Body.EMPTY;
  boolean bodyTruncated;

  /** Macros by their names without braces. */
  final Function<String, Optional<Bytes>> macros;

  final Runnable progress;

  Facts(Function<String, Optional<Bytes>> macros, Runnable progress) {
    this.macros = macros;
    this.progress = progress;
  }
}
