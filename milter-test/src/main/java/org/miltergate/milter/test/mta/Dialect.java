package org.miltergate.milter.test.mta;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.miltergate.milter.bytes.Bytes;
import org.miltergate.milter.mail.MilterReplyText;
import org.miltergate.milter.mail.SmtpReply;
import org.miltergate.milter.mail.StandardReplies;
import org.miltergate.milter.wire.MacroStage;
import org.miltergate.milter.wire.Reply;

/**
 * Whose habits the driver has: which macros it sends and when, in which words a refusal reaches the
 * client, how edits are applied, and when it says ABORT.
 *
 * <p>All three offer version 6, all actions and all steps. Measured with Postfix 3.12 and Sendmail
 * 8.17.1.
 */
public enum Dialect {
  /**
   * Postfix: macros before every packet, also empty ones; {@code i} from the second recipient on;
   * ABORT after each message and before QUIT.
   */
  POSTFIX(
      Map.of(
          MacroStage.CONNECT, "j {daemon_name} {daemon_addr} v _",
          MacroStage.HELO, Lists.TLS,
          MacroStage.MAIL,
              "i {auth_type} {auth_authen} {auth_author} {mail_addr} {mail_host} {mail_mailer}",
          MacroStage.RCPT, "i {rcpt_addr} {rcpt_host} {rcpt_mailer}",
          MacroStage.DATA, "i",
          MacroStage.END_OF_HEADERS, "i",
          MacroStage.END_OF_MESSAGE, "i")),

  /**
   * Sendmail: macros for stages that the milter declined, too; {@code i} from MAIL on; fields are
   * found where Sendmail counts them; ABORT only for a message that did not come to its end.
   */
  SENDMAIL(
      Map.of(
          MacroStage.CONNECT, "j _ {daemon_name} {if_name} {if_addr}",
          MacroStage.HELO, Lists.TLS,
          MacroStage.MAIL,
              "i {auth_type} {auth_authen} {auth_ssf} {auth_author}"
                  + " {mail_mailer} {mail_host} {mail_addr}",
          MacroStage.RCPT, "{rcpt_mailer} {rcpt_host} {rcpt_addr}",
          MacroStage.DATA, "",
          MacroStage.END_OF_HEADERS, "",
          MacroStage.END_OF_MESSAGE, "{msg_id}")),

  /**
   * Miltergate: what both send, {@code i} from MAIL on, no packet without macros, none that ends in
   * an empty value; ABORT after each message; end of headers also for a milter that declined it, if
   * a message has no field.
   */
  MILTERGATE(
      Map.of(
          MacroStage.CONNECT, "j _ {daemon_name} {daemon_addr} {if_name} {if_addr} v",
          MacroStage.HELO, Lists.TLS,
          MacroStage.MAIL,
              "i {auth_type} {auth_authen} {auth_ssf} {auth_author}"
                  + " {mail_mailer} {mail_host} {mail_addr}",
          MacroStage.RCPT, "i {rcpt_mailer} {rcpt_host} {rcpt_addr}",
          MacroStage.DATA, "i",
          MacroStage.END_OF_HEADERS, "i",
          MacroStage.END_OF_MESSAGE, "i {msg_id}"));

  private static final class Lists {
    static final String TLS = "{tls_version} {cipher} {cipher_bits} {cert_subject} {cert_issuer}";
  }

  @SuppressWarnings("ImmutableEnumChecker") // a copy that nothing changes
  private final Map<MacroStage, String> macros;

  Dialect(Map<MacroStage, String> lists) {
    macros = Map.copyOf(lists);
  }

  private static List<Bytes> names(String blankSeparated) {
    return blankSeparated.isEmpty()
        ? List.of()
        : List.of(blankSeparated.split(" ")).stream().map(Bytes::ofLatin1).toList();
  }

  /** Returns the names of the macros that are sent at a stage, in this order. */
  List<Bytes> macros(MacroStage stage) {
    return names(macros.getOrDefault(stage, ""));
  }

  /** Returns whether a stage has a macro packet before it. */
  boolean sendsMacros(Stage stage) {
    return switch (stage) {
      case CONNECT, HELO, MAIL, RCPT, DATA, EOH, EOM -> true;
      case HEADER, BODY, UNKNOWN -> this == POSTFIX;
    };
  }

  /** Returns whether a packet without macros is sent. */
  boolean sendsEmptyMacros(Stage stage) {
    return switch (this) {
      case POSTFIX -> true;
      case SENDMAIL -> stage == Stage.HELO;
      case MILTERGATE -> false;
    };
  }

  /** Returns whether the macros of a stage are sent to a milter that declined it. */
  boolean sendsMacrosOfDeclined() {
    return this != POSTFIX;
  }

  boolean abortsAfterMessage() {
    return this != SENDMAIL;
  }

  boolean abortsBeforeQuit() {
    return this == POSTFIX;
  }

  /** Returns whether {@code i} is known at a stage. */
  boolean hasQueueId(Stage stage, int goodRecipients) {
    boolean early = stage == Stage.MAIL || (stage == Stage.RCPT && goodRecipients == 0);
    return this != POSTFIX || !early;
  }

  /** Returns whether the name of an IPv6 client and its address carry {@code IPv6:}. */
  boolean tagsAddresses() {
    return this == SENDMAIL;
  }

  /** Returns whether "still working" may come at a stage. */
  boolean takesProgress(Stage stage) {
    return this != SENDMAIL || stage == Stage.EOM;
  }

  String mailer() {
    return this == SENDMAIL ? "esmtp" : "smtp";
  }

  String host(String domain) {
    return this == SENDMAIL && !domain.isEmpty() ? domain + "." : domain;
  }

  String version() {
    return switch (this) {
      case POSTFIX -> "Postfix 3.12.0";
      case SENDMAIL -> "8.17.1";
      case MILTERGATE -> "Miltergate";
    };
  }

  String daemonName(String hostname) {
    return this == SENDMAIL ? "MTA" : hostname;
  }

  /**
   * Returns what the client hears of a reply; empty if it does not refuse.
   *
   * @param path the address that is refused at MAIL and RCPT; empty elsewhere
   */
  Optional<SmtpReply> smtpReply(Stage stage, Reply.Verdict reply, Bytes path) {
    return switch (reply) {
      case Reply.Reject r -> Optional.of(rejection(stage, path));
      case Reply.TempFail r ->
          Optional.of(
              this == SENDMAIL
                  ? SmtpReply.of(451, "4.3.2 Please try again later")
                  : StandardReplies.TEMPFAIL);
      case Reply.Shutdown r ->
          Optional.of(
              stage.compareTo(Stage.HEADER) < 0
                  ? StandardReplies.SHUTDOWN_ENVELOPE
                  : StandardReplies.SHUTDOWN_CONTENT);
      case Reply.ReplyCode(Bytes text) -> Optional.of(withCode(stage, text, path));
      case Reply.Continue r -> Optional.empty();
      case Reply.Accept r -> Optional.empty();
      case Reply.Discard r -> Optional.empty();
      case Reply.Skip r -> Optional.empty();
      case Reply.ConnectionFailure r -> Optional.empty();
    };
  }

  private SmtpReply rejection(Stage stage, Bytes path) {
    if (this != SENDMAIL) {
      return StandardReplies.REJECT;
    }
    return switch (stage) {
      case CONNECT, HELO -> SmtpReply.of(550, "5.0.0 Command rejected");
      case MAIL, RCPT -> SmtpReply.of(550, "5.7.1 " + path.toUtf8String() + "... Command rejected");
      case DATA, UNKNOWN -> SmtpReply.of(550, "5.7.1 Command rejected");
      case HEADER, EOH, BODY, EOM -> SmtpReply.of(554, "5.7.1 Command rejected");
    };
  }

  private SmtpReply withCode(Stage stage, Bytes text, Bytes path) {
    SmtpReply reply =
        switch (MilterReplyText.parse(text)) {
          case MilterReplyText.Good(SmtpReply good) -> good;
          case MilterReplyText.Repaired(SmtpReply repaired, String why) -> repaired;
          case MilterReplyText.Malformed m -> StandardReplies.inPlaceOf(text);
        };
    return this == SENDMAIL ? SendmailReplies.written(reply, stage, path) : reply;
  }
}
