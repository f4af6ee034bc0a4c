package org.miltergate.gateway.smtp.session;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Map;
import org.miltergate.config.MacroConfig;
import org.miltergate.gateway.auth.Login;
import org.miltergate.gateway.dns.ClientName;
import org.miltergate.gateway.smtp.syntax.AddressText;
import org.miltergate.gateway.smtp.syntax.MailPath;
import org.miltergate.gateway.tls.TlsFacts;
import org.miltergate.milter.bytes.Bytes;
import org.miltergate.milter.mail.SmtpReply;
import org.miltergate.milter.session.Macros;

/**
 * Keeps the macros of one SMTP session up to date: those that Postfix and Sendmail send by default,
 * and those that milters ask for.
 *
 * <p>Not thread-safe; used by the session's thread.
 *
 * @see "postfix src/smtpd/smtpd_milter.c"
 */
public final class SessionMacros {
  private final Macros macros = new Macros();
  private final String hostname;
  private final Map<String, String> defaults;

  /**
   * @param hostname of the gateway, {@code j}
   * @param daemonName {@code {daemon_name}}
   */
  public SessionMacros(String hostname, MacroConfig config, String daemonName) {
    this.hostname = hostname;
    this.defaults = config.defaults();
    defaults.forEach(macros::set);
    macros.set("j", hostname);
    macros.set("v", config.v());
    macros.set("{daemon_name}", daemonName);
  }

  Macros macros() {
    return macros;
  }

  /**
   * Sets the macros of the connection.
   *
   * @param local the address that the client connected to; a proxy may state one that is not our
   *     own socket's
   */
  void connected(ClientIdentity client, InetSocketAddress local, int connections) {
    ClientName names = client.names();
    String forged = names.name().equalsIgnoreCase(names.pointer()) ? "" : " (may be forged)";
    macros.set("_", names.pointer() + " [" + client.addressText() + "]" + forged);
    macros.set("{client_addr}", client.taggedAddress());
    macros.set("{client_name}", names.name());
    macros.set("{client_ptr}", names.pointer());
    macros.set("{client_resolve}", names.status().name());
    macros.set("{client_port}", Integer.toString(client.port()));
    macros.set("{client_connections}", Integer.toString(connections));
    InetAddress here = local.getAddress();
    macros.set("{daemon_addr}", AddressText.of(here));
    macros.set("{daemon_port}", Integer.toString(local.getPort()));
    macros.set("{if_name}", hostname);
    if (here.isLoopbackAddress()) { // as Sendmail, which does not send a loopback address
      clear("{if_addr}");
    } else {
      macros.set("{if_addr}", AddressText.tagged(here));
    }
  }

  /**
   * Sets the macros of the login. {@code {auth_ssf}} is the strength of encryption that SASL adds,
   * as with Sendmail: none of our mechanisms adds any.
   */
  void loggedIn(Login login) {
    macros.set("{auth_type}", login.mechanism());
    macros.set("{auth_authen}", login.authenticationId());
    macros.set("{auth_ssf}", "0");
  }

  /** Sets the TLS macros; a certificate is used only if it is signed by a trusted CA. */
  void encrypted(TlsFacts tls) {
    macros.set("{tls_version}", tls.version());
    macros.set("{cipher}", tls.cipher());
    macros.set("{cipher_bits}", Integer.toString(tls.cipherBits()));
    if (!tls.serverName().isEmpty()) {
      macros.set("{tls_sni}", tls.serverName());
    }
    if (tls.isPeerTrusted()) {
      macros.set("{cert_subject}", tls.subject());
      macros.set("{cert_issuer}", tls.issuer());
    }
  }

  void loggedOut() {
    clear("{auth_type}");
    clear("{auth_authen}");
    clear("{auth_ssf}");
  }

  public void messageBegun(String queueId, MailPath sender) {
    messageEnded();
    macros.set("i", queueId);
    address("mail", sender);
  }

  /**
   * Sets the original submitter of the message, as stated by the client.
   *
   * @param xtext of the AUTH argument of MAIL, as it came
   */
  public void author(String xtext) {
    macros.set("{auth_author}", xtext);
  }

  public void recipient(MailPath recipient) {
    address("rcpt", recipient);
  }

  private void address(String kind, MailPath path) {
    boolean local = path.domain().isEmpty();
    macros.set("{" + kind + "_addr}", path.mailbox());
    macros.set("{" + kind + "_host}", local ? Bytes.ofUtf8(hostname) : path.domain());
    macros.set("{" + kind + "_mailer}", local ? "local" : "smtp");
  }

  /** Sets the macros that Postfix and Sendmail send for a recipient that they refuse themselves. */
  public void refusedRecipient(SmtpReply reply) {
    String text = reply.lines().getFirst().toUtf8String();
    int blank = text.indexOf(' ');
    boolean enhanced = blank > 0 && text.substring(0, blank).matches("[45](\\.\\d{1,3}){2}");
    macros.set("{rcpt_mailer}", "error");
    macros.set("{rcpt_host}", enhanced ? text.substring(0, blank) : reply.code() / 100 + ".0.0");
    macros.set("{rcpt_addr}", enhanced ? text.substring(blank + 1) : text);
  }

  public void messageId(Bytes value) {
    macros.set("{msg_id}", value);
  }

  void messageEnded() {
    for (String kind : new String[] {"mail", "rcpt"}) {
      clear("{" + kind + "_addr}");
      clear("{" + kind + "_host}");
      clear("{" + kind + "_mailer}");
    }
    clear("i");
    clear("{msg_id}");
    clear("{auth_author}");
  }

  private void clear(String name) {
    String value = defaults.get(name);
    if (value == null) {
      macros.clear(name);
    } else {
      macros.set(name, value);
    }
  }
}
