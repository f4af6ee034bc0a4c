package org.miltergate.milter.test.mta;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.miltergate.milter.bytes.Bytes;
import org.miltergate.milter.test.mta.StageAnswer.Handling;
import org.miltergate.milter.wire.ClientAddress;
import org.miltergate.milter.wire.Command;
import org.miltergate.milter.wire.MacroStage;
import org.miltergate.milter.wire.Negotiation;
import org.miltergate.milter.wire.ProtocolSteps.Step;

/**
 * One connection to a milter, negotiated: one SMTP session after another, stage by stage, or whole
 * messages.
 *
 * <p>Each stage sends its macros and its command, unless the milter declined it or has decided, and
 * waits for the verdict, unless the milter promised none. The order of the stages is the caller's;
 * one that no SMTP session has is sent as well, and libmilter leaves some of those unanswered,
 * which ends in {@link MilterFaultException.Fault#TIMEOUT}.
 *
 * <p>Each call ends within the driver's limits. After a {@link MilterFaultException} the session
 * can only be closed. Not thread-safe; use from one thread at a time, except for {@link #close}.
 */
public final class MtaSession implements AutoCloseable {
  private final MilterLink link;
  private final MtaSettings settings;
  private final Negotiation agreed;
  private final AnswerReader answers;
  private final MacroFacts macros;
  private final Interest interest = new Interest();

  /** What was decided for the whole connection of the client. */
  private Optional<StageAnswer> standing = Optional.empty();

  /** Answers to CONNECT and HELO that no message's result has yet. */
  private List<StageAnswer> greeting = new ArrayList<>();

  private boolean connected;
  private boolean messageOpen;
  private boolean over;
  private int goodRecipients;
  private int messages;

  private MtaSession(MilterLink link, MtaSettings settings, Negotiation agreed) {
    this.link = link;
    this.settings = settings;
    this.agreed = agreed;
    this.answers = new AnswerReader(link, settings, agreed);
    this.macros = new MacroFacts(settings, agreed);
  }

  /** Negotiates; closes the link if that fails. */
  static MtaSession negotiate(MilterLink link, MtaSettings settings) throws IOException {
    try {
      return new MtaSession(link, settings, Offer.negotiate(link, settings));
    } catch (IOException | RuntimeException e) {
      link.close();
      throw e;
    }
  }

  /** Returns what is in force: version, actions, steps and the macros that the milter asked for. */
  public Negotiation agreed() {
    return agreed;
  }

  /** Returns the packets below, to send what no stage sends. */
  public MilterLink link() {
    return link;
  }

  /** Returns what has been said so far, as {@link MilterLink#transcript}. */
  public String transcript() {
    return link.transcript();
  }

  /** States that a client has connected. */
  public StageAnswer connect(TestClient client) throws IOException {
    interest.connectionBegins();
    standing = Optional.empty();
    connected = true;
    macros.connected(client);
    ClientAddress address = client.address();
    String name = client.name();
    if (settings.dialect().tagsAddresses() && address.family() == ClientAddress.Family.INET6) {
      Bytes tagged = Bytes.ofLatin1("IPv6:").concat(address.address());
      address = new ClientAddress(address.family(), address.port(), tagged);
      name = name.startsWith("[") ? "[" + tagged + "]" : name;
    }
    return greet(
        tell(Stage.CONNECT, new Command.Connect(Bytes.ofUtf8(name), address), Bytes.EMPTY));
  }

  /** States what the client said in HELO or EHLO. */
  public StageAnswer helo(String name) throws IOException {
    return greet(tell(Stage.HELO, new Command.Helo(Bytes.ofUtf8(name)), Bytes.EMPTY));
  }

  private StageAnswer greet(StageAnswer answer) {
    greeting.add(answer);
    return answer;
  }

  /** Returns the answers to CONNECT and HELO since the last message. */
  List<StageAnswer> takeGreeting() {
    List<StageAnswer> taken = greeting;
    greeting = new ArrayList<>();
    return taken;
  }

  /** Begins a message; its queue id is made up. */
  public StageAnswer mail(String sender, String... arguments) throws IOException {
    return mail(Bytes.ofUtf8(sender), texts(arguments), Map.of());
  }

  StageAnswer mail(Bytes sender, List<Bytes> arguments, Map<String, String> own)
      throws IOException {
    interest.messageBegins();
    messageOpen = true;
    goodRecipients = 0;
    messages++;
    macros.begun(sender, own, "4T3ST" + messages);
    return tell(Stage.MAIL, new Command.Mail(sender, arguments), sender);
  }

  /** Names a recipient. */
  public StageAnswer rcpt(String recipient, String... arguments) throws IOException {
    return rcpt(Bytes.ofUtf8(recipient), texts(arguments));
  }

  StageAnswer rcpt(Bytes recipient, List<Bytes> arguments) throws IOException {
    macros.recipient(recipient);
    StageAnswer answer = tell(Stage.RCPT, new Command.Rcpt(recipient, arguments), recipient);
    if (!answer.verdict().isRefusal()) {
      goodRecipients++;
    }
    return answer;
  }

  /**
   * Names a recipient that the MTA refuses by itself: only milters that agreed on {@code
   * SMFIP_RCPT_REJ} hear of it, and what they answer means nothing.
   */
  StageAnswer refusedRcpt(TestMail.Refused refused) throws IOException {
    if (!agreed.steps().has(Step.REJECTED_RECIPIENTS)) {
      return StageAnswer.without(Stage.RCPT, Handling.DECLINED);
    }
    macros.refusedRecipient(refused);
    return tell(Stage.RCPT, new Command.Rcpt(refused.path(), List.of()), refused.path(), false);
  }

  private static List<Bytes> texts(String... texts) {
    return Arrays.stream(texts).map(Bytes::ofUtf8).toList();
  }

  /** States that the client said DATA. */
  public StageAnswer data() throws IOException {
    return tell(Stage.DATA, new Command.Data(), Bytes.EMPTY);
  }

  /**
   * Shows a header field.
   *
   * @param value as it stands after the colon and one blank, folds as LF and white space; the blank
   *     is put in if the milter agreed on {@code SMFIP_HDR_LEADSPC}
   */
  public StageAnswer header(String name, String value) throws IOException {
    String shown = agreed.steps().has(Step.LEADING_SPACE) ? " " + value : value;
    return header(Bytes.ofUtf8(name), Bytes.ofUtf8(shown));
  }

  /** Shows a header field with exactly this value. */
  public StageAnswer header(Bytes name, Bytes value) throws IOException {
    return tell(Stage.HEADER, new Command.Header(name, value), Bytes.EMPTY);
  }

  /** States that the header block has ended. */
  public StageAnswer endOfHeaders() throws IOException {
    return tell(Stage.EOH, new Command.EndOfHeaders(), Bytes.EMPTY);
  }

  /** Says "end of headers" also to a milter that declined it. */
  StageAnswer endOfHeadersAnyway() throws IOException {
    answers.refuseUndue();
    link.send(new Command.EndOfHeaders());
    return note(answers.read(Stage.EOH, Bytes.EMPTY));
  }

  /** Shows a piece of the body, from text in UTF-8 as it stands. */
  public StageAnswer body(String text) throws IOException {
    return body(Bytes.ofUtf8(text));
  }

  /**
   * Shows a piece of the body, in as many packets as it needs; stops when the milter wants no more.
   *
   * @return the answer to the last packet that was sent
   */
  public StageAnswer body(Bytes piece) throws IOException {
    StageAnswer last = StageAnswer.without(Stage.BODY, Handling.PASSED_BY);
    int size = chunkBytes();
    for (int at = 0; at < piece.length() && interest.wants(Stage.BODY); at += size) {
      Bytes chunk = piece.slice(at, Math.min(piece.length(), at + size));
      last = tell(Stage.BODY, new Command.Body(chunk), Bytes.EMPTY);
    }
    return last;
  }

  /** Returns the size of the largest piece of a body in one packet, in bytes. */
  public int chunkBytes() {
    int most = agreed.steps().dataSize().maxPayloadBytes();
    return settings.chunkBytes() == 0 ? most : settings.chunkBytes();
  }

  /** States that the message has ended; the answer has the edits. */
  public StageAnswer endOfMessage() throws IOException {
    StageAnswer answer = tell(Stage.EOM, new Command.EndOfMessage(), Bytes.EMPTY);
    messageOpen = false;
    return answer;
  }

  /** States that the client sent a command that the MTA does not know. */
  public StageAnswer unknown(String line) throws IOException {
    return tell(Stage.UNKNOWN, new Command.Unknown(Bytes.ofUtf8(line)), Bytes.EMPTY);
  }

  /** Sends macros for a stage, whatever the dialect sends by itself. */
  public void macros(MacroStage stage, Map<String, String> values) throws IOException {
    link.send(MacroPackets.of(stage, values));
  }

  /** Sets a macro for the rest of the session, sent at the stages whose list has it. */
  public void setMacro(String name, String value) {
    macros.set(name, value);
  }

  /** Gives up the message, if there is one. Nothing is waited for. */
  public void abort() throws IOException {
    answers.refuseUndue();
    link.send(new Command.Abort());
    messageOpen = false;
    interest.messageBegins();
  }

  /** Ends the session of this client and keeps the connection: CONNECT comes next. */
  public void quitKeepConnection() throws IOException {
    answers.refuseUndue();
    link.send(new Command.QuitKeepConnection());
    connected = false;
    messageOpen = false;
    interest.connectionBegins();
  }

  /** Ends the connection as an MTA does: with QUIT, and ABORT before it where that is its way. */
  public void quit() throws IOException {
    over = true;
    if (messageOpen || settings.dialect().abortsBeforeQuit()) {
      link.send(new Command.Abort(), new Command.Quit());
    } else {
      link.send(new Command.Quit());
    }
    link.close();
  }

  /** Closes the connection without a word, as when an MTA is killed. */
  public void disconnect() {
    over = true;
    link.close();
  }

  /**
   * Puts a whole message to the milter, in the order of the dialect; tells of the usual client
   * before, if none was told of.
   *
   * @throws MilterFaultException if the milter breaks the protocol, is too slow or goes away
   */
  public MessageResult send(TestMail mail) throws IOException {
    return new MessageRun(this, settings).play(mail);
  }

  StageAnswer tell(Stage stage, Command command, Bytes path) throws IOException {
    return tell(stage, command, path, true);
  }

  private StageAnswer tell(Stage stage, Command command, Bytes path, boolean counts)
      throws IOException {
    if (!interest.wants(stage)) {
      return StageAnswer.without(stage, Handling.PASSED_BY);
    }
    Optional<Command.Macro> before = macros.packet(stage, goodRecipients);
    answers.refuseUndue();
    if (!stage.isSent(agreed)) {
      if (before.isPresent() && settings.dialect().sendsMacrosOfDeclined()) {
        link.send(before.get());
      }
      return StageAnswer.without(stage, Handling.DECLINED);
    }
    if (before.isPresent()) {
      link.send(before.get(), command);
    } else {
      link.send(command);
    }
    if (!stage.isAnswered(agreed)) {
      return StageAnswer.without(stage, Handling.UNANSWERED);
    }
    StageAnswer answer = answers.read(stage, path);
    return counts ? note(answer) : answer;
  }

  private StageAnswer note(StageAnswer answer) {
    boolean open = interest.wants(Stage.HELO);
    interest.heard(answer.stage(), answer.reply());
    if (open && !interest.wants(Stage.HELO)) {
      standing = Optional.of(answer);
    }
    return answer;
  }

  boolean isConnected() {
    return connected;
  }

  Optional<StageAnswer> standing() {
    return standing;
  }

  boolean wants(Stage stage) {
    return interest.wants(stage);
  }

  int goodRecipients() {
    return goodRecipients;
  }

  MacroFacts facts() {
    return macros;
  }

  /** Ends the connection, with QUIT if that is still possible. */
  @Override
  public void close() {
    if (!over && !link.isClosed()) {
      try {
        quit();
      } catch (IOException e) {
        link.remark("no QUIT: " + firstLine(e));
      }
    }
    link.close();
  }

  private static String firstLine(IOException e) {
    return e instanceof MilterFaultException fault ? fault.problem() : String.valueOf(e);
  }
}
