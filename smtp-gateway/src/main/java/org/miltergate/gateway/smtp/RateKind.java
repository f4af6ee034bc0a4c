package org.miltergate.gateway.smtp;

import java.util.function.ToIntFunction;
import org.miltergate.config.limits.RateLimits;

/** What is counted per time, with Postfix's words for too much of it. */
enum RateKind {
  CONNECTION("Connection", RateLimits::connections, EdgeEvent.CONNECTION_RATE_EXCEEDED),
  MESSAGE("Message delivery request", RateLimits::messages, EdgeEvent.MESSAGE_RATE_EXCEEDED),
  RECIPIENT("Recipient address", RateLimits::recipients, EdgeEvent.RECIPIENT_RATE_EXCEEDED),
  ERROR("Error", RateLimits::errors, EdgeEvent.ERROR_RATE_EXCEEDED),
  AUTH_FAILURE(
      "Authentication failure", RateLimits::authFailures, EdgeEvent.AUTH_FAILURE_RATE_EXCEEDED);

  private final String words;
  private final ToIntFunction<RateLimits> limit;
  private final EdgeEvent event;

  RateKind(String words, ToIntFunction<RateLimits> limit, EdgeEvent event) {
    this.words = words;
    this.limit = limit;
    this.event = event;
  }

  /** Returns how many there may be in a period; 0 for any number. */
  int limit(RateLimits limits) {
    return limit.applyAsInt(limits);
  }

  EdgeEvent event() {
    return event;
  }

  /** Returns what Postfix logs, such as {@code Connection rate limit exceeded}. */
  String warning() {
    return words + " rate limit exceeded";
  }
}
