package org.miltergate.gateway.admission;

import java.util.function.ToIntFunction;
import org.miltergate.config.limits.RateLimits;

/** What is counted per time, with Postfix's words for too much of it. */
public enum RateKind {
  CONNECTION("Connection", RateLimits::connections, CountedEvent.CONNECTION_RATE_EXCEEDED),
  MESSAGE("Message delivery request", RateLimits::messages, CountedEvent.MESSAGE_RATE_EXCEEDED),
  RECIPIENT("Recipient address", RateLimits::recipients, CountedEvent.RECIPIENT_RATE_EXCEEDED),
  ERROR("Error", RateLimits::errors, CountedEvent.ERROR_RATE_EXCEEDED),
  AUTH_FAILURE(
      "Authentication failure", RateLimits::authFailures, CountedEvent.AUTH_FAILURE_RATE_EXCEEDED);

  private final String words;
  private final ToIntFunction<RateLimits> limit;
  private final CountedEvent event;

  RateKind(String words, ToIntFunction<RateLimits> limit, CountedEvent event) {
    this.words = words;
    this.limit = limit;
    this.event = event;
  }

  /** Returns how many there may be in a period; 0 for any number. */
  int limit(RateLimits limits) {
    return limit.applyAsInt(limits);
  }

  CountedEvent event() {
    return event;
  }

  /** Returns what Postfix logs, such as {@code Connection rate limit exceeded}. */
  public String warning() {
    return words + " rate limit exceeded";
  }
}
