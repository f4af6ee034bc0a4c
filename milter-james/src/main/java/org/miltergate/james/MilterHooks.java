package org.miltergate.james;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.apache.james.core.MailAddress;
import org.apache.james.core.MaybeSender;
import org.apache.james.protocols.api.ProtocolSession.AttachmentKey;
import org.apache.james.protocols.api.ProtocolSession.State;
import org.apache.james.protocols.api.Request;
import org.apache.james.protocols.api.Response;
import org.apache.james.protocols.api.handler.CommandHandler;
import org.apache.james.protocols.api.handler.ConnectHandler;
import org.apache.james.protocols.api.handler.DisconnectHandler;
import org.apache.james.protocols.api.handler.LineHandler;
import org.apache.james.protocols.smtp.MailEnvelope;
import org.apache.james.protocols.smtp.SMTPSession;
import org.apache.james.protocols.smtp.core.DataLineFilter;
import org.apache.james.protocols.smtp.hook.HeloHook;
import org.apache.james.protocols.smtp.hook.HookResult;
import org.apache.james.protocols.smtp.hook.HookReturnCode;
import org.apache.james.protocols.smtp.hook.MailHook;
import org.apache.james.protocols.smtp.hook.MessageHook;
import org.apache.james.protocols.smtp.hook.RcptHook;
import org.apache.james.protocols.smtp.hook.UnknownHook;
import org.jspecify.annotations.Nullable;
import org.miltergate.milter.chain.ChainSession;
import org.miltergate.milter.chain.ContentResult;
import org.miltergate.milter.chain.MilterChain;
import org.miltergate.milter.chain.Verdict;

/**
 * Puts the sessions of a server on James' SMTP protocol to a chain of milters, before the server's
 * own message hooks get a message.
 *
 * <pre>{@code
 * SMTPProtocolHandlerChain handlers = new SMTPProtocolHandlerChain(metrics);
 * handlers.add(0, new MilterHooks(chain, "mx.example.org", ownMessageHook));
 * handlers.wireExtensibleHandlers();
 * }</pre>
 *
 * <p>It has to be the first handler, so that it sees commands and lines before James' own; it lets
 * all pass that milters let pass, and other hooks decide then. Give it the message hooks instead of
 * adding them: they get sender, recipients and content as milters left them, with the {@code
 * Received} field of James where milters count it.
 *
 * <p>Thread-safe; blocks the thread of a session as long as {@link ChainSession} does. Give James
 * an executor of its own for its handlers, or an event loop waits for milters.
 *
 * @see "apache/james-project 3.8.1, protocols/smtp"
 */
public final class MilterHooks
    implements ConnectHandler<SMTPSession>,
        DisconnectHandler<SMTPSession>,
        CommandHandler<SMTPSession>,
        HeloHook,
        MailHook,
        RcptHook,
        UnknownHook,
        DataLineFilter,
        MessageHook {
  private static final AttachmentKey<JamesSession> SESSION =
      AttachmentKey.of("org.miltergate.james.session", JamesSession.class);

  /** A keyword of RFC 5321; James gives the address among the parameters, too. */
  private static final Pattern KEYWORD = Pattern.compile("[A-Za-z0-9][A-Za-z0-9-]*");

  private static final String RESET = "RSET";
  private static final String CONTENT = "DATA";
  private static final String LOGIN = "AUTH";

  /** Goes on to the next handler. */
  private static final @Nullable Response NEXT = null;

  private final MilterChain chain;
  private final String hostname;
  private final List<MessageHook> hooks;
  private final MessageHook quarantine;

  /**
   * Filters for a server without a quarantine: a message that a milter wants held is refused for
   * now (451).
   *
   * @param hostname of the server, as milters are told
   * @param hooks get each message that passes, in this order, until one answers
   */
  public MilterHooks(MilterChain chain, String hostname, MessageHook... hooks) {
    this(chain, hostname, List.of(hooks), (session, held) -> Results.NO_QUARANTINE);
  }

  private MilterHooks(
      MilterChain chain, String hostname, List<MessageHook> hooks, MessageHook quarantine) {
    this.chain = Objects.requireNonNull(chain, "chain");
    this.hostname = Objects.requireNonNull(hostname, "hostname");
    this.hooks = hooks;
    this.quarantine = Objects.requireNonNull(quarantine, "quarantine");
  }

  /** Returns the same, but {@code held} gets the messages that a milter wants held. */
  public MilterHooks quarantine(MessageHook held) {
    return new MilterHooks(chain, hostname, hooks, held);
  }

  /**
   * Connects to the milters and tells them of the client. James greets whatever handlers say, so
   * that a refusal comes in answer to the commands that follow.
   */
  @Override
  public @Nullable Response onConnect(SMTPSession session) {
    ChainSession milters = chain.open(hostname);
    session.setAttachment(SESSION, new JamesSession(milters), State.Connection);
    InetSocketAddress local = session.getLocalAddress();
    if (local != null && !local.isUnresolved()) {
      milters.server(local);
    }
    milters.connect(session.getRemoteAddress());
    return NEXT;
  }

  @Override
  public void onDisconnect(SMTPSession session) {
    session.removeAttachment(SESSION, State.Connection).ifPresent(JamesSession::close);
  }

  private static JamesSession of(SMTPSession session) {
    return session
        .getAttachment(SESSION, State.Connection)
        .orElseThrow(
            () -> new IllegalStateException("milters were not told of the client's connection"));
  }

  @Override
  public HookResult doHelo(SMTPSession session, String helo) {
    Verdict verdict = of(session).helo(session, helo);
    return verdict instanceof Verdict.Refuse refuse && refuse.reply().closesConnection()
        ? Results.of(verdict)
        : HookResult.DECLINED; // HELO itself is answered as usual
  }

  @Override
  public HookResult doMail(SMTPSession session, MaybeSender sender) {
    return Results.of(of(session).mail(session, sender.asString("")));
  }

  @Override
  public HookResult doRcpt(
      SMTPSession session,
      MaybeSender sender,
      MailAddress recipient,
      Map<String, String> parameters) {
    String[] arguments =
        parameters.entrySet().stream()
            .filter(entry -> KEYWORD.matcher(entry.getKey()).matches()) // not TO:<address>
            .map(entry ->
                entry.getValue().isEmpty()
                    ? entry.getKey()
                    : entry.getKey() + "=" + entry.getValue())
            .toArray(String[]::new);
    return Results.of(of(session).milters().rcpt(recipient.asString(), arguments));
  }

  @Override
  public HookResult doUnknown(SMTPSession session, String command) {
    Verdict verdict = of(session).milters().unknown(command);
    boolean answers =
        verdict instanceof Verdict.Refuse refuse
            && (refuse.reply().isTransientFailure() || refuse.reply().closesConnection());
    return answers ? Results.of(verdict) : HookResult.DECLINED; // as Postfix
  }

  @Override
  public Collection<String> getImplCommands() {
    return Set.of(RESET, CONTENT, LOGIN);
  }

  /** Sees commands before James' own handlers, which go on unless this answers. */
  @Override
  public @Nullable Response onCommand(SMTPSession session, Request request) {
    JamesSession state = of(session);
    return switch (request.getCommand()) {
      case CONTENT -> data(session, state, Optional.ofNullable(request.getArgument()).orElse(""));
      case LOGIN -> {
        state.loginAttempt(Optional.ofNullable(request.getArgument()).orElse(""));
        yield NEXT;
      }
      default -> {
        state.milters().abort();
        yield NEXT;
      }
    };
  }

  private static @Nullable Response data(SMTPSession session, JamesSession state, String argument) {
    List<MailAddress> recipients =
        session.getAttachment(SMTPSession.RCPT_LIST, State.Transaction).orElse(List.of());
    boolean refusedByJames =
        !argument.isEmpty()
            || recipients.isEmpty()
            || session.getAttachment(SMTPSession.SENDER, State.Transaction).isEmpty();
    if (refusedByJames) {
      return NEXT;
    }
    state.keepOnly(recipients.stream().map(MailAddress::asString).toList());
    if (state.milters().data() instanceof Verdict.Refuse refuse) {
      session.resetState();
      return Results.response(refuse.reply());
    }
    return NEXT;
  }

  /** Takes each line of the content, before James puts its own fields in front. */
  @Override
  public @Nullable Response onLine(
      SMTPSession session, byte[] line, LineHandler<SMTPSession> next) {
    of(session).line(line);
    return next.onLine(session, line);
  }

  /** Puts the content to the milters, and what passes to the hooks. */
  @Override
  public HookResult onMessage(SMTPSession session, MailEnvelope envelope) {
    JamesSession state = of(session);
    try {
      String trace = state.traceField(envelope);
      ContentResult result = state.milters().finish();
      return switch (result.verdict()) {
        case Verdict.Refuse refuse -> Results.of(refuse);
        case Verdict.Discard discard -> HookResult.OK;
        case Verdict.Pass pass ->
            result.recipients().isEmpty()
                ? HookResult.OK
                : deliver(session, result, new FilteredEnvelope(result, trace));
      };
    } catch (IOException e) {
      return Results.CANNOT_READ;
    } finally {
      state.milters().abort(); // what the message took is given back
    }
  }

  private HookResult deliver(SMTPSession session, ContentResult result, MailEnvelope message) {
    if (!result.isDeliverable()) {
      return quarantine.onMessage(session, message);
    }
    Predicate<HookResult> goesOn =
        answer -> answer.getResult().getAction() == HookReturnCode.Action.DECLINED;
    for (MessageHook hook : hooks) {
      HookResult answer = hook.onMessage(session, message);
      if (!goesOn.test(answer)) {
        return answer;
      }
    }
    return HookResult.DECLINED;
  }
}
