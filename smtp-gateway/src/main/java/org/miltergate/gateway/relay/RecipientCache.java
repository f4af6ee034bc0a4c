package org.miltergate.gateway.relay;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Duration;
import java.util.Locale;
import java.util.Set;
import org.miltergate.milter.bytes.Bytes;
import org.miltergate.milter.mail.Recipient;
import org.miltergate.milter.mail.Sender;
import org.miltergate.milter.mail.SmtpReply;

/**
 * Caches the next hop's answers about recipients, so that it need not be asked again.
 *
 * <p>It caches accepted recipients, and invalid addresses as indicated by an enhanced status code.
 * Any other refusal may be due to the sender or the client, or be temporary, and is not cached.
 * Answers for the null sender, and for clients of each kind, are kept separately. At most 10,000
 * answers are cached.
 *
 * <p>Thread-safe.
 */
public final class RecipientCache {
  private static final int MAX_ENTRIES = 10_000;

  /** RFC 3463, section 3.2 and 3.3; RFC 7505: what is wrong with the address of a recipient. */
  private static final Set<String> OF_ADDRESS =
      Set.of("5.1.1", "5.1.2", "5.1.3", "5.1.4", "5.1.6", "5.1.10", "5.2.1");

  private record Key(boolean nullSender, MailOrigin origin, String local, String domain) {}

  private final Cache<Key, RecipientAnswer> answers;

  /**
   * @param kept how long an answer holds; 0 for not at all
   */
  public RecipientCache(Duration kept) {
    answers = Caffeine.newBuilder().maximumSize(MAX_ENTRIES).expireAfterWrite(kept).build();
  }

  /** Returns what is remembered of a recipient, or asks, and remembers the answer. */
  public RecipientAnswer ask(
      Delivery delivery, Sender sender, MailOrigin origin, Recipient recipient) {
    Key key = key(sender, origin, recipient.mailbox());
    RecipientAnswer known = answers.getIfPresent(key);
    if (known != null) {
      return known;
    }
    RecipientAnswer answer = delivery.offer(recipient);
    if (isLasting(answer)) {
      answers.put(key, answer);
    }
    return answer;
  }

  private static Key key(Sender sender, MailOrigin origin, Bytes mailbox) {
    String text = mailbox.toString();
    int at = text.lastIndexOf('@');
    return at < 0
        ? new Key(sender.isNull(), origin, text, "")
        : new Key(
            sender.isNull(),
            origin,
            text.substring(0, at),
            text.substring(at).toLowerCase(Locale.ROOT));
  }

  private static boolean isLasting(RecipientAnswer answer) {
    return switch (answer) {
      case RecipientAnswer.Taken taken -> true;
      case RecipientAnswer.Refused(SmtpReply reply, String text) ->
          OF_ADDRESS.contains(ReplyStatus.of(reply));
      case RecipientAnswer.Unavailable unavailable -> false;
    };
  }
}
