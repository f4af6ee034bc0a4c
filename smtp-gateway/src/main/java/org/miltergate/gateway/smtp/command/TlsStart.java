package org.miltergate.gateway.smtp.command;

import java.io.IOException;
import java.util.Optional;
import javax.net.ssl.SSLException;
import org.miltergate.config.tls.TlsMode;
import org.miltergate.gateway.smtp.io.ClientGoneException;
import org.miltergate.gateway.smtp.io.ClientInput;
import org.miltergate.gateway.smtp.io.ClientSocket;
import org.miltergate.gateway.smtp.io.ClientTimeoutException;
import org.miltergate.gateway.smtp.session.Answer;
import org.miltergate.gateway.smtp.session.SessionScope;
import org.miltergate.gateway.tls.ServerTls;
import org.miltergate.gateway.tls.TlsFacts;
import org.miltergate.milter.bytes.Bytes;
import org.miltergate.milter.chain.Verdict;

/**
 * Begins TLS: the command STARTTLS, and listeners where it comes before the first word.
 *
 * <p>Not thread-safe; used by the session's thread.
 *
 * @see "postfix src/smtpd/smtpd.c, starttls_cmd and smtpd_start_tls; RFC 3207, RFC 8314"
 */
final class TlsStart {
  private final SessionScope scope;
  private final ClientSocket client;
  private final ClientInput input;

  TlsStart(SessionScope scope, ClientSocket client, ClientInput input) {
    this.scope = scope;
    this.client = client;
    this.input = input;
  }

  /** Answers STARTTLS; if that is {@link Answer.Next#START_TLS}, {@link #begin} is to follow. */
  Answer starttls(Bytes argument) {
    if (!argument.isEmpty()) {
      return Answer.of(501, "5.5.4 Syntax: STARTTLS");
    }
    Optional<Verdict.Refuse> refusal = scope.state().refusal();
    if (refusal.isPresent()) {
      return refusal.get().reply().isTransientFailure()
          ? Answer.of(CommandReplies.TRY_AGAIN_LATER)
          : scope.refuse("STARTTLS", refusal.get(), Optional.empty());
    }
    if (scope.state().tls().isPresent()) {
      return Answer.of(554, "5.5.1 Error: TLS already active");
    }
    if (scope.listener().tls().mode() != TlsMode.STARTTLS) {
      return Answer.of(CommandReplies.NOT_IMPLEMENTED);
    }
    return Answer.startingTls("2.0.0 Ready to start TLS");
  }

  /** Returns whether TLS comes before the first word here. */
  boolean isImplicit() {
    return scope.listener().tls().mode() == TlsMode.IMPLICIT;
  }

  /**
   * Negotiates. What the client has sent before is discarded, since anybody may have put it there;
   * the session starts over.
   *
   * @return why the client is not served, in Postfix's words; empty if it is
   * @throws ClientGoneException if that failed, which is logged
   */
  Optional<String> begin() throws IOException {
    ServerTls tls = scope.server().tls().of(scope.listener()).orElseThrow();
    input.restart(client);
    TlsFacts facts = negotiate(tls);
    scope.encrypted(facts, tls.asksForCertificate());
    scope.log().encrypted(facts);
    Optional<String> missing = tls.misses(facts);
    missing.ifPresent(scope.log()::certificateMissing);
    return missing;
  }

  private TlsFacts negotiate(ServerTls tls) throws IOException {
    try {
      return client.startTls(tls, scope.server().limits().commandTimeout());
    } catch (SSLException e) {
      scope.log().handshakeFailed(e);
      client.linger(); // or closing could overtake the alert
      throw new ClientGoneException("TLS handshake failed", e);
    } catch (ClientTimeoutException e) {
      scope.log().handshakeFailed(e);
      throw new ClientGoneException("TLS handshake timed out", e);
    } catch (ClientGoneException e) {
      scope.log().handshakeFailed(e);
      throw e;
    }
  }

  /** Returns whether a command has to wait until there is TLS. */
  boolean isWanting(SmtpVerb verb) {
    return scope.listener().tls().required()
        && scope.state().tls().isEmpty()
        && !verb.isBeforeTls();
  }
}
