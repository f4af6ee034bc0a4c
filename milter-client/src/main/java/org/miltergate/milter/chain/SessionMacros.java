package org.miltergate.milter.chain;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.miltergate.milter.bytes.Bytes;
import org.miltergate.milter.mail.Mailbox;
import org.miltergate.milter.mail.SmtpReply;
import org.miltergate.milter.session.Macros;
import org.miltergate.milter.text.EnhancedStatus;
import org.miltergate.net.IpText;

/**
 * Keeps the macros of one SMTP session current, by the facts that its server states: all that
 * Postfix and Sendmail send by default, and those that milters ask for.
 *
 * <p>A {@link ChainSession} has its own and states most facts by itself. Who uses a {@link
 * ChainDialogue} makes one, hands over {@link #values}, and states each fact before the call that
 * tells milters of it. Which macros a milter gets at which stage is up to {@link
 * org.miltergate.milter.session.MacroLists} and to the milter.
 *
 * <p>Does not block. Not thread-safe; use from the thread of the SMTP session.
 *
 * @see "postfix src/smtpd/smtpd_milter.c; README_FILES/MILTER_README, About Sendmail macros"
 */
public final class SessionMacros {
  private final Macros macros = new Macros();
  private final String hostname;
  private final Map<String, String> defaults;

  /** Names that the server has set by itself; no fact changes them. */
  private final Set<String> own = new HashSet<>();

  /**
   * Begins a session.
   *
   * @param hostname of the server: {@code j}, {@code {if_name}}, {@code {daemon_name}}
   */
  public SessionMacros(String hostname) {
    this(hostname, Map.of());
  }

  /**
   * Begins a session.
   *
   * @param hostname of the server: {@code j}, {@code {if_name}}, {@code {daemon_name}}
   * @param defaults values of macros as long as no fact gives another; names with braces where the
   *     protocol has them. Postfix {@code milter_macro_defaults}
   */
  public SessionMacros(String hostname, Map<String, String> defaults) {
    this.hostname = hostname;
    this.defaults = new HashMap<>(defaults);
    this.defaults.putIfAbsent("v", "Miltergate");
    defaults.forEach(macros::set);
    macros.set("v", this.defaults.getOrDefault("v", ""));
    macros.set("j", hostname);
    macros.set("{daemon_name}", hostname);
  }

  /** Returns the current values, which a chain reads whenever it tells milters something. */
  public Macros values() {
    return macros;
  }

  /**
   * Sets a macro of the server's own, or one of those here to a value of its own; it stays until
   * the session ends, whatever facts are stated.
   *
   * @param name with braces or without: {@code v}, {@code {my_tag}}
   * @throws IllegalArgumentException if the value holds NUL, which cannot be sent
   */
  public void set(String name, String value) {
    macros.set(name, value);
    own.add(canonical(name));
  }

  /** Returns the name as the protocol has it: with braces unless it is one character. */
  private static String canonical(String name) {
    return name.length() == 1 || name.startsWith("{") ? name : "{" + name + "}";
  }

  /**
   * States who connects. Before CONNECT.
   *
   * @see "postfix src/smtpd/smtpd_milter.c, smtpd_milter_eval"
   */
  public void connected(SmtpClient client) {
    String forged = client.name().equalsIgnoreCase(client.pointer()) ? "" : " (may be forged)";
    put("_", client.pointer() + " [" + client.addressText() + "]" + forged);
    put("{client_addr}", client.taggedAddress());
    put("{client_name}", client.name());
    put("{client_ptr}", client.pointer());
    put("{client_resolve}", client.resolution().name());
    put("{client_port}", Integer.toString(client.port()));
  }

  /** States how many connections the client has, this one included. Before CONNECT. */
  public void connections(int ofClient) {
    put("{client_connections}", Integer.toString(ofClient));
  }

  /**
   * States where the client has connected to. Before CONNECT.
   *
   * @param local resolved; behind a proxy, the address that the proxy names
   */
  public void server(InetSocketAddress local) {
    InetAddress here = local.getAddress();
    put("{daemon_addr}", IpText.format(here));
    put("{daemon_port}", Integer.toString(local.getPort()));
    put("{if_name}", hostname);
    if (here.isLoopbackAddress()) { // as Sendmail, which does not tell of its loopback
      clear("{if_addr}");
    } else {
      put("{if_addr}", IpText.tagged(here));
    }
  }

  /** States that TLS has begun. Before the HELO that follows. */
  public void encrypted(SmtpTls tls) {
    put("{tls_version}", tls.version());
    put("{cipher}", tls.cipher());
    put("{cipher_bits}", Integer.toString(tls.cipherBits()));
    putIfAny("{tls_sni}", tls.serverName());
    putIfAny("{cert_subject}", tls.certificateSubject());
    putIfAny("{cert_issuer}", tls.certificateIssuer());
  }

  /**
   * States who has logged in. Before MAIL.
   *
   * <p>{@code {auth_ssf}} is the strength of the encryption that SASL adds, as with Sendmail: 0.
   *
   * @param mechanism such as {@code PLAIN}
   * @param user whose password the client knows
   */
  public void loggedIn(String mechanism, String user) {
    put("{auth_type}", mechanism);
    put("{auth_authen}", user);
    put("{auth_ssf}", "0");
  }

  /** States that nobody is logged in any more, as after STARTTLS. */
  public void loggedOut() {
    clear("{auth_type}");
    clear("{auth_authen}");
    clear("{auth_ssf}");
  }

  /**
   * States that a message begins; what was known of another one goes away. Before MAIL.
   *
   * @param sender as in {@link org.miltergate.milter.mail.Sender#path}
   */
  public void messageBegun(Bytes sender) {
    messageEnded();
    address("mail", sender);
  }

  /** States by what name the server keeps the message: {@code i}. After {@link #messageBegun}. */
  public void queueId(String id) {
    put("i", id);
  }

  /**
   * States who submitted the message first, as a client says that has logged in. Before MAIL.
   *
   * @param xtext of the AUTH argument of MAIL, as it came
   */
  public void author(String xtext) {
    put("{auth_author}", xtext);
  }

  /**
   * States which recipient is next. Before RCPT.
   *
   * @param path as in {@link org.miltergate.milter.mail.Recipient#path}
   */
  public void recipient(Bytes path) {
    address("rcpt", path);
  }

  private void address(String kind, Bytes path) {
    Bytes domain = Mailbox.domain(path);
    boolean local = domain.isEmpty();
    put("{" + kind + "_addr}", Mailbox.withoutBrackets(path));
    put("{" + kind + "_host}", local ? Bytes.ofUtf8(hostname) : domain);
    put("{" + kind + "_mailer}", Bytes.ofLatin1(local ? "local" : "smtp"));
  }

  /**
   * States that the server refuses the next recipient by itself, in the words of Postfix and
   * Sendmail. Before {@link ChainDialogue#refusedRecipient}.
   *
   * @param reply to the client; the text should begin with an enhanced status code
   */
  public void refusedRecipient(SmtpReply reply) {
    String text = reply.lines().getFirst().toUtf8String();
    Optional<EnhancedStatus> status = EnhancedStatus.at(text);
    put("{rcpt_mailer}", "error");
    put("{rcpt_host}", status.map(EnhancedStatus::code).orElse(reply.code() / 100 + ".0.0"));
    put("{rcpt_addr}", status.map(found -> text.substring(found.length())).orElse(text));
  }

  /** States the {@code Message-ID} of the message. Before its content is shown to milters. */
  public void messageId(Bytes value) {
    put("{msg_id}", value);
  }

  /** States that the message is over, whatever became of it. */
  public void messageEnded() {
    for (String kind : new String[] {"mail", "rcpt"}) {
      clear("{" + kind + "_addr}");
      clear("{" + kind + "_host}");
      clear("{" + kind + "_mailer}");
    }
    clear("i");
    clear("{msg_id}");
    clear("{auth_author}");
  }

  private void put(String name, String value) {
    put(name, Bytes.ofUtf8(value));
  }

  private void put(String name, Bytes value) {
    if (!own.contains(name)) {
      macros.set(name, value);
    }
  }

  private void putIfAny(String name, String value) {
    if (!value.isEmpty()) {
      put(name, value);
    }
  }

  private void clear(String name) {
    if (own.contains(name)) {
      return;
    }
    String value = defaults.get(name);
    if (value == null) {
      macros.clear(name);
    } else {
      macros.set(name, value);
    }
  }
}
