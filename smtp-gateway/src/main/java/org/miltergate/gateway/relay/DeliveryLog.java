package org.miltergate.gateway.relay;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.util.List;
import org.miltergate.milter.text.PrintableText;

/** Writes delivery results in the layout of Postfix's log ("postfix src/global/log_adhoc.c"). */
public final class DeliveryLog {
  private DeliveryLog() {}

  /**
   * Writes one line for each recipient, such as {@code 4fXyZ1: to=<a@example.net>,
   * relay=mx.example.net[198.51.100.7]:25, delay=0.42, delays=0.11/0/0.05/0.26, dsn=2.0.0,
   * status=sent (250 2.0.0 Ok)}.
   *
   * @param before from the arrival of the message, the first byte of MAIL, to {@link
   *     NextHop#deliver}
   */
  public static List<String> lines(String queueId, Duration before, DeliveryResult result) {
    return result.recipients().stream().map(one -> line(queueId, before, one)).toList();
  }

  private static String line(String queueId, Duration before, RecipientResult result) {
    Delays delays = result.delays();
    Duration all = before.plus(delays.setup()).plus(delays.transfer());
    return queueId
        + (": to=<" + PrintableText.of(result.recipient().mailbox().toUtf8String()))
        + (">, relay=" + result.relay())
        + (", delay=" + seconds(all))
        + (", delays=" + seconds(before))
        + ("/0/" + seconds(delays.setup()) + "/" + seconds(delays.transfer()))
        + (", dsn=" + result.dsn())
        + (", status=" + result.status().word())
        + (" (" + PrintableText.of(result.text()) + ")");
  }

  /** Writes seconds with two significant digits, as Postfix does, but nothing below 0.01. */
  static String seconds(Duration delay) {
    BigDecimal seconds = BigDecimal.valueOf(delay.toMillis(), 3);
    int decimals = delay.toSeconds() >= 10 ? 0 : delay.toSeconds() >= 1 ? 1 : 2;
    return seconds.setScale(decimals, RoundingMode.HALF_UP).stripTrailingZeros().toPlainString();
  }
}
