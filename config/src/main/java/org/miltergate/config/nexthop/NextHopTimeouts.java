package org.miltergate.config.nexthop;

import java.time.Duration;
import java.util.function.Consumer;
import org.miltergate.config.setting.Check;

/**
 * How long each step of a delivery by SMTP may take; all above zero, at most 30 days.
 *
 * @param connect look-up and connect together; Postfix {@code smtp_connect_timeout}, 30 s
 * @param helo the greeting, and again the reply to EHLO or HELO; {@code smtp_helo_timeout}, 300 s
 * @param starttls the reply to STARTTLS, and again the TLS handshake; {@code
 *     smtp_starttls_timeout}, 300 s
 * @param mail reply to MAIL; {@code smtp_mail_timeout}, 300 s
 * @param rcpt reply to each RCPT; {@code smtp_rcpt_timeout}, 300 s
 * @param dataInit reply to DATA; {@code smtp_data_init_timeout}, 120 s
 * @param dataXfer each piece of the message; {@code smtp_data_xfer_timeout}, 180 s
 * @param dataDone reply to the final dot; {@code smtp_data_done_timeout}, 600 s
 * @param rset reply to RSET and QUIT; {@code smtp_rset_timeout}, 20 s
 * @param delivery all steps of one message together up to its final dot; default 9 min, less than a
 *     client waits for its own (RFC 5321, section 4.5.3.2.6)
 */
public record NextHopTimeouts(
    Duration connect,
    Duration helo,
    Duration starttls,
    Duration mail,
    Duration rcpt,
    Duration dataInit,
    Duration dataXfer,
    Duration dataDone,
    Duration rset,
    Duration delivery) {
  public static final NextHopTimeouts DEFAULT =
      new NextHopTimeouts(
          Duration.ofSeconds(30),
          Duration.ofSeconds(300),
          Duration.ofSeconds(300),
          Duration.ofSeconds(300),
          Duration.ofSeconds(300),
          Duration.ofSeconds(120),
          Duration.ofSeconds(180),
          Duration.ofSeconds(600),
          Duration.ofSeconds(20),
          Duration.ofMinutes(9));

  public NextHopTimeouts {
    Check.limit("connect-timeout", connect);
    Check.limit("helo-timeout", helo);
    Check.limit("starttls-timeout", starttls);
    Check.limit("mail-timeout", mail);
    Check.limit("rcpt-timeout", rcpt);
    Check.limit("data-init-timeout", dataInit);
    Check.limit("data-xfer-timeout", dataXfer);
    Check.limit("data-done-timeout", dataDone);
    Check.limit("rset-timeout", rset);
    Check.limit("delivery-timeout", delivery);
  }

  /** Returns the same limits, but for what {@code change} sets. */
  public NextHopTimeouts with(Consumer<Builder> change) {
    Builder builder = new Builder(this);
    change.accept(builder);
    return builder.build();
  }

  /** Collects the limits; confined. */
  public static final class Builder {
    private Duration connect;
    private Duration helo;
    private Duration starttls;
    private Duration mail;
    private Duration rcpt;
    private Duration dataInit;
    private Duration dataXfer;
    private Duration dataDone;
    private Duration rset;
    private Duration delivery;

    private Builder(NextHopTimeouts from) {
      connect = from.connect;
      helo = from.helo;
      starttls = from.starttls;
      mail = from.mail;
      rcpt = from.rcpt;
      dataInit = from.dataInit;
      dataXfer = from.dataXfer;
      dataDone = from.dataDone;
      rset = from.rset;
      delivery = from.delivery;
    }

    public Builder connect(Duration value) {
      connect = value;
      return this;
    }

    public Builder helo(Duration value) {
      helo = value;
      return this;
    }

    public Builder starttls(Duration value) {
      starttls = value;
      return this;
    }

    public Builder mail(Duration value) {
      mail = value;
      return this;
    }

    public Builder rcpt(Duration value) {
      rcpt = value;
      return this;
    }

    public Builder dataInit(Duration value) {
      dataInit = value;
      return this;
    }

    public Builder dataXfer(Duration value) {
      dataXfer = value;
      return this;
    }

    public Builder dataDone(Duration value) {
      dataDone = value;
      return this;
    }

    public Builder rset(Duration value) {
      rset = value;
      return this;
    }

    public Builder delivery(Duration value) {
      delivery = value;
      return this;
    }

    private NextHopTimeouts build() {
      return new NextHopTimeouts(
          connect, helo, starttls, mail, rcpt, dataInit, dataXfer, dataDone, rset, delivery);
    }
  }
}
