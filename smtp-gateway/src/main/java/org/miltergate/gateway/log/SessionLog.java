package org.miltergate.gateway.log;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.miltergate.gateway.bounce.Bounce;
import org.miltergate.gateway.relay.DeliveryLog;
import org.miltergate.gateway.relay.DeliveryResult;
import org.miltergate.gateway.smtp.syntax.Printable;
import org.miltergate.gateway.tls.TlsFacts;
import org.miltergate.milter.bytes.Bytes;
import org.miltergate.milter.chain.ChainListener;
import org.miltergate.milter.chain.QuarantineReason;
import org.miltergate.milter.chain.Source;
import org.miltergate.milter.chain.Verdict;
import org.miltergate.milter.mail.Envelope;
import org.miltergate.milter.mail.SmtpReply;
import org.miltergate.milter.session.FailurePolicy;
import org.miltergate.milter.session.MilterException;
import org.miltergate.milter.session.Stage;

/**
 * The log lines of one SMTP session.
 *
 * <p>Not thread-safe; used by the session's thread, except for {@link #warned}.
 */
public final class SessionLog implements ChainListener {
  private final MailLog log;
  private final LoggedSession session;
  private boolean quiet;

  public SessionLog(MailLog log, LoggedSession session) {
    this.log = log;
    this.session = session;
  }

  private String client() {
    return session.nameAndAddress();
  }

  /** Coming and going are not worth a line: a proxy looks whether we live, again and again. */
  public void quieten() {
    quiet = true;
  }

  private void comingAndGoing(String line) {
    if (quiet) {
      log.debug(line);
    } else {
      log.info(line);
    }
  }

  public void connected() {
    comingAndGoing("connect from " + client());
  }

  public void disconnected(CommandCounts counts) {
    comingAndGoing("disconnect from " + client() + " " + counts);
  }

  /** A connection that ended in another way than by QUIT, such as {@code lost connection}. */
  public void ended(String how, String lastCommand) {
    comingAndGoing("%s after %s from %s".formatted(how, lastCommand, client()));
  }

  /**
   * XCLIENT has changed the client.
   *
   * @param before the client that sent XCLIENT
   */
  public void clientChanged(String before) {
    log.info("XCLIENT from %s: client=%s".formatted(before, client()));
  }

  /** The address has a name that is not the client's, or not known to be. */
  public void nameNotConfirmed() {
    log.warning(
        "hostname %s does not resolve to address %s"
            .formatted(session.pointerName(), session.addressText()));
  }

  /**
   * A client has reached a rate limit.
   *
   * @param what in Postfix's words
   * @param service the listener's name
   */
  public void rateExceeded(String what, long number, String service) {
    log.warning(
        String.format(
            Locale.ROOT, "%s: %d from %s for service %s", what, number, client(), service));
  }

  public void talkedEarly(Bytes text) {
    log.info(
        "improper command pipelining after CONNECT from %s: %s"
            .formatted(client(), Printable.ascii(text)));
  }

  public void limitReached(String text) {
    log.warning("%s: %s".formatted(text, client()));
  }

  /**
   * A login failed.
   *
   * @param mechanism empty if the client named none that there is
   * @param user empty if the client named none
   */
  public void authFailed(String mechanism, String reason, String user) {
    log.warning(
        "%s: SASL %sauthentication failed: %s%s"
            .formatted(
                client(),
                mechanism.isEmpty() ? "" : mechanism + " ",
                name(reason),
                user.isEmpty() ? "" : ", sasl_username=" + name(user)));
  }

  public void authAborted(String mechanism) {
    log.warning("%s: SASL %s authentication aborted".formatted(client(), mechanism));
  }

  /** What came is not told: it may be a password. */
  public void improperPipelining(String command) {
    log.info("improper command pipelining after %s from %s".formatted(command, client()));
  }

  /** A proxy did not say who the client is. */
  public void proxyFailed(String why) {
    log.warning("PROXY protocol from %s: %s".formatted(client(), why));
  }

  public void encrypted(TlsFacts tls) {
    log.info(Printable.utf8(tls.established("from " + client())));
  }

  public void handshakeFailed(Exception cause) {
    String reason = Printable.utf8(String.valueOf(cause.getMessage()));
    log.info("SSL_accept error from %s: %s".formatted(client(), reason));
  }

  public void certificateMissing(String reason) {
    log.info("NOQUEUE: abort: TLS from %s: %s".formatted(client(), reason));
  }

  /** The client's message has its first recipient. */
  public void accepted() {
    String login =
        session
            .login()
            .map(who ->
                ", sasl_method=%s, sasl_username=%s"
                    .formatted(who.mechanism(), name(who.authenticationId())))
            .orElse("");
    String origin = session.originText();
    log.info(session.queueId() + ": client=" + client() + login + origin);
  }

  private static String name(String user) {
    return Printable.utf8(user);
  }

  /** The message was refused by ourselves. */
  public void rejected(String stage, SmtpReply reply, Optional<Bytes> recipient) {
    log.info(line("reject", stage, reply.toString(), recipient));
  }

  public void milterRejected(String stage, Verdict.Refuse refusal, Optional<Bytes> recipient) {
    log.info(
        line("milter-reject", stage, refusal.reply().toString(), recipient)
            + suffix(refusal.source()));
  }

  public void milterDiscarded(String stage, Source source, Optional<Bytes> recipient) {
    log.info(
        line("milter-discard", stage, "milter triggers DISCARD action", recipient)
            + suffix(source));
  }

  public void held(QuarantineReason reason) {
    log.info(
        line("milter-hold", "END-OF-MESSAGE", Printable.utf8(reason.text()), Optional.empty())
            + suffix(reason.source()));
  }

  public void messageId(Bytes messageId) {
    log.info(session.queueId() + ": message-id=" + Printable.utf8(messageId));
  }

  /**
   * The message has passed the milters.
   *
   * @param sent bytes of the message that goes out, as Postfix counts them: with our own Received
   *     field and the edits of milters
   * @param received bytes that came from the client
   */
  public void queued(Envelope envelope, long sent, long received) {
    log.info(
        session.queueId()
            + (": from=<" + Printable.utf8(envelope.sender().mailbox()))
            + (">, size=" + sent)
            + (", nrcpt=" + envelope.recipients().size())
            + (" (received=" + received + ")"));
  }

  /** The message was accepted and goes nowhere, because milters took all recipients away. */
  public void withoutRecipients() {
    log.info(session.queueId() + ": removed: milters deleted all recipients");
  }

  public void delivered(String queueId, DeliveryResult result, Duration before) {
    DeliveryLog.lines(queueId, before, result).forEach(log::info);
    if (result instanceof DeliveryResult.Unavailable(SmtpReply reply, String cause, var all)) {
      nextHopFailed(queueId, cause);
    }
  }

  public void nextHopFailed(String queueId, String cause) {
    log.warning("%s: next hop: %s".formatted(queueId, Printable.utf8(cause)));
  }

  /** The sender was told of refused recipients, or that was tried: the last lines tell. */
  public void bounced(Bounce bounce, List<String> deliveryLines) {
    String queueId = bounce.outbound().queueId();
    log.info("%s: sender non-delivery notification: %s".formatted(session.queueId(), queueId));
    log.info("%s: message-id=%s".formatted(queueId, bounce.messageId()));
    log.info(
        String.format(
            Locale.ROOT, "%s: from=<>, size=%d, nrcpt=1", queueId, bounce.outbound().length()));
    deliveryLines.forEach(log::info);
  }

  /** Recipients were refused, and nobody is told of it. */
  public void notBounced(String why) {
    log.info("%s: no sender non-delivery notification: %s".formatted(session.queueId(), why));
  }

  public void mailAtRisk(String what, Throwable cause) {
    log.error(session.queueId() + ": " + what, cause);
  }

  @Override
  public void failed(String milter, Stage stage, MilterException cause, FailurePolicy action) {
    log.warning(
        "%s: milter %s: %s at %s; default-action=%s"
            .formatted(
                session.queueId(),
                milter,
                Printable.utf8(String.valueOf(cause.getMessage())),
                stage,
                action.name().toLowerCase(Locale.ROOT)));
  }

  /** The message is refused for now, so that nothing is lost; who runs the gateway has to act. */
  @Override
  public void failedLocally(String milter, Stage stage, Source.Cause cause, Throwable reason) {
    if (cause == Source.Cause.LIMIT) {
      warned(milter, words(reason));
    } else {
      mailAtRisk(
          "milter %s could not be asked at %s: %s".formatted(milter, stage, words(reason)), reason);
    }
  }

  @Override
  public void passedUnheard(String milter, MilterException cause) {
    warned(milter, "message passes without its verdict: " + words(cause));
  }

  private static String words(Throwable reason) {
    return Printable.utf8(Bytes.ofUtf8(String.valueOf(reason.getMessage())));
  }

  @Override
  public void warned(String milter, String text) {
    log.warning("%s: milter %s: %s".formatted(session.queueId(), milter, Printable.utf8(text)));
  }

  private String line(String event, String stage, String text, Optional<Bytes> recipient) {
    StringBuilder line = new StringBuilder();
    line.append(
        "%s: %s: %s from %s: %s;"
            .formatted(session.queueId(), event, stage, client(), Printable.utf8(text)));
    session
        .sender()
        .ifPresent(mailbox -> line.append(" from=<").append(Printable.utf8(mailbox)).append('>'));
    recipient.ifPresent(to -> line.append(" to=<%s>".formatted(Printable.utf8(to))));
    line.append(" proto=").append(session.protocol());
    if (!session.helo().isEmpty()) {
      line.append(" helo=<").append(Printable.utf8(session.helo())).append('>');
    }
    return line.toString();
  }

  private static String suffix(Source source) {
    String cause =
        switch (source.cause()) {
          case MILTER -> "own";
          case DEFAULT_ACTION -> "default-action";
          case LIMIT -> "limit";
          case LOCAL_FAILURE -> "local-failure";
        };
    return " milter=" + source.milter() + " cause=" + cause;
  }
}
