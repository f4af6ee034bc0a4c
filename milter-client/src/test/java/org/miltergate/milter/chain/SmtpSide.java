package org.miltergate.milter.chain;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.miltergate.milter.body.Body;
import org.miltergate.milter.body.BodyStore;
import org.miltergate.milter.body.MemoryShare;
import org.miltergate.milter.bytes.Bytes;
import org.miltergate.milter.mail.Envelope;
import org.miltergate.milter.mail.HeaderBlock;
import org.miltergate.milter.mail.HeaderField;
import org.miltergate.milter.mail.MailMessage;
import org.miltergate.milter.mail.Recipient;
import org.miltergate.milter.mail.Sender;
import org.miltergate.milter.session.FailurePolicy;
import org.miltergate.milter.session.Letters;
import org.miltergate.milter.session.Macros;
import org.miltergate.milter.session.MilterClient;
import org.miltergate.milter.session.MilterException;
import org.miltergate.milter.session.Stage;
import org.miltergate.milter.test.ScriptedMilter;
import org.miltergate.net.Endpoint;

/**
 * Plays the SMTP server in front of a chain.
 *
 * <p>{@code run("C H M R T E")} is a client that connects and sends one message; what it hears that
 * is no success is the result. {@code A} is RSET, {@code U} an unknown command, {@code X} a
 * recipient that the server itself refuses. As a server has to, it leaves out what cannot follow a
 * refusal, and ends after a reply that closes the connection.
 */
final class SmtpSide implements AutoCloseable, ChainListener {
  static final Duration AMPLE = Duration.ofSeconds(20);
  static final Bytes OWN_RECEIVED = Bytes.ofLatin1("Received: by mx.test\r\n");

  /** What happens to a client whose commands all succeed. */
  static final String FINE = "-";

  final Macros macros = new Macros();
  final List<String> warnings = new CopyOnWriteArrayList<>();
  final List<String> failures = new CopyOnWriteArrayList<>();
  final List<String> localFailures = new CopyOnWriteArrayList<>();
  final List<String> unheard = new CopyOnWriteArrayList<>();

  private final ChainDialogue chain;
  private final Map<String, String> heard = new LinkedHashMap<>();
  private final List<Recipient> recipients = new ArrayList<>();
  private MailMessage message = message("Subject: hello\r\n", "body\r\n");
  private Sender sender = new Sender(Bytes.ofLatin1("<a@x.test>"), List.of());
  private MemoryShare memory = MemoryShare.UNLIMITED;
  private int passed;
  private int rcpts;
  private boolean inMail;
  private boolean dataRefused;
  private boolean closed;

  SmtpSide(PreData preData, MilterClient... milters) {
    this(preData, new BodyStore(Path.of("."), 1 << 20), milters);
  }

  SmtpSide(PreData preData, BodyStore bodies, MilterClient... milters) {
    this(preData, bodies, ChainListener.NONE, milters);
  }

  SmtpSide(PreData preData, BodyStore bodies, ChainListener other, MilterClient... milters) {
    MilterChain.Builder builder = MilterChain.builder(bodies).preData(preData).listener(this);
    for (MilterClient milter : milters) {
      builder.add(milter);
    }
    chain = builder.build().openDialogue(macros, other);
  }

  /** Settings of a milter with ample limits. */
  static MilterClient client(String name, ScriptedMilter milter) {
    return client(name, milter.address(), settings -> settings);
  }

  static MilterClient client(
      String name, Endpoint address, UnaryOperator<MilterClient.Builder> settings) {
    return settings
        .apply(
            MilterClient.builder(name, address)
                .connectTimeout(AMPLE)
                .commandTimeout(AMPLE)
                .contentTimeout(AMPLE)
                .endOfMessageTimeout(AMPLE))
        .build();
  }

  static MailMessage message(String header, String body) {
    List<HeaderField> fields = new ArrayList<>();
    for (String field : header.split("(?<=\r\n)(?![ \t])")) {
      if (!field.isEmpty()) {
        fields.add(HeaderField.ofRaw(Bytes.ofLatin1(field)));
      }
    }
    return new MailMessage(
        new Envelope(new Sender(Bytes.ofLatin1("<a@x.test>"), List.of()), List.of()),
        HeaderBlock.of(fields),
        Bytes.ofLatin1("\r\n"),
        Body.of(Bytes.ofLatin1(body)));
  }

  /** Sets the arguments of MAIL from now on. */
  SmtpSide with(String... arguments) {
    sender =
        new Sender(
            Bytes.ofLatin1("<a@x.test>"), Stream.of(arguments).map(Bytes::ofLatin1).toList());
    return this;
  }

  /** Sets the message that is sent from now on. */
  SmtpSide sending(MailMessage next) {
    message = next;
    return this;
  }

  /** Sets what the messages from now on take memory from. */
  SmtpSide within(MemoryShare share) {
    memory = share;
    return this;
  }

  /** Returns how many messages have passed. */
  int passed() {
    return passed;
  }

  /** Returns the last message as the chain left it. */
  MailMessage message() {
    return message;
  }

  /** Returns the last message as the next hop gets it, with our own Received field. */
  String text() {
    try {
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      message.writeTo(out, OWN_RECEIVED);
      return out.toString(StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns sender and recipients of the last message: {@code <a@x> -> <b@y> <c@z>}. */
  String envelope() {
    StringBuilder text =
        new StringBuilder(
                words(message.envelope().sender().path(), message.envelope().sender().arguments()))
            .append(" ->");
    message
        .envelope()
        .recipients()
        .forEach(r -> text.append(' ').append(words(r.path(), r.arguments())));
    return text.toString();
  }

  private static String words(Bytes path, List<Bytes> arguments) {
    StringBuilder text = new StringBuilder(path.toString());
    arguments.forEach(argument -> text.append(' ').append(argument));
    return text.toString();
  }

  /**
   * Plays a client.
   *
   * @return such as {@code M M 550 5.7.1 Command rejected (m1)}: the steps and what they heard
   */
  String run(String steps) throws IOException {
    heard.clear();
    for (String step : steps.split(" ")) {
      if (!closed) {
        step(step);
      }
    }
    List<String> lines = new ArrayList<>();
    heard.forEach((text, letters) -> lines.add(letters + " " + text));
    return lines.isEmpty() ? FINE : String.join("; ", lines);
  }

  private void step(String step) throws IOException {
    Bytes name = Bytes.ofLatin1("client.test");
    switch (step) {
      case "C" -> hear("C", chain.connect(name, Letters.CLIENT));
      case "H" -> {
        inMail = false;
        hear("H", chain.helo(name));
      }
      case "U" -> hear("U", chain.unknown(Bytes.ofLatin1("FOO bar")));
      case "A" -> {
        inMail = false;
        chain.abort();
      }
      case "M" -> {
        recipients.clear();
        rcpts = 0;
        dataRefused = false;
        inMail = hear("M", chain.mail(sender));
      }
      case "R" -> {
        if (inMail) {
          rcpts++;
          Recipient recipient = recipient("b" + rcpts + "@y.test");
          if (hear("R", chain.rcpt(recipient))) {
            recipients.add(recipient);
          }
        }
      }
      case "X" -> {
        if (inMail) {
          chain.refusedRecipient(recipient("nobody@y.test"));
        }
      }
      case "T" -> {
        if (inMail && !recipients.isEmpty()) {
          dataRefused = !hear("T", chain.data());
        }
      }
      case "E" -> {
        if (inMail && !recipients.isEmpty() && !dataRefused) {
          inMail = false;
          content();
        }
      }
      default -> throw new IllegalArgumentException(step);
    }
  }

  private void content() {
    MailMessage sent =
        new MailMessage(
            new Envelope(sender, recipients),
            message.aboveReceived(),
            message.header(),
            message.separator(),
            message.body());
    unheard.clear();
    ContentResult result = chain.content(sent, memory);
    message = result.message();
    switch (result.verdict()) {
      case Verdict.Pass pass -> {
        passed++;
        assertThat(unheard).as("listener").containsExactlyElementsOf(result.unheard());
        result
            .quarantine()
            .forEach(reason ->
                heard.merge("held: " + reason.text() + by(reason.source()), "E", SmtpSide::and));
      }
      case Verdict.Refuse refuse -> hear("E", refuse);
      case Verdict.Discard(Source source) ->
          heard.merge("discarded" + by(source), "E", SmtpSide::and);
    }
  }

  private static Recipient recipient(String mailbox) {
    return new Recipient(Bytes.ofLatin1("<" + mailbox + ">"), List.of());
  }

  /** Returns whether the client may go on as after a success. */
  private boolean hear(String step, Verdict verdict) {
    if (verdict instanceof Verdict.Refuse(var reply, Source source)) {
      heard.merge(reply + by(source), step, SmtpSide::and);
      closed |= reply.closesConnection();
      return false;
    }
    return true;
  }

  private static String and(String before, String step) {
    return before + " " + step;
  }

  private static String by(Source source) {
    return switch (source.cause()) {
      case MILTER -> " (" + source.milter() + ")";
      case DEFAULT_ACTION -> " (" + source.milter() + " failed)";
      case LIMIT -> " (" + source.milter() + " limit)";
      case LOCAL_FAILURE -> " (" + source.milter() + " local)";
    };
  }

  @Override
  public void warned(String milter, String text) {
    warnings.add(milter + " " + text);
  }

  @Override
  public void failed(String milter, Stage stage, MilterException cause, FailurePolicy action) {
    failures.add(milter + " at " + stage + ": " + cause.getMessage());
  }

  @Override
  public void failedLocally(String milter, Stage stage, Source.Cause cause, Throwable reason) {
    localFailures.add(milter + " at " + stage + ": " + reason.getMessage());
  }

  @Override
  public void passedUnheard(String milter, MilterException cause) {
    unheard.add(milter);
  }

  @Override
  public void close() {
    chain.close();
  }
}
