package org.miltergate.config.nexthop;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.miltergate.address.HostPort;
import org.miltergate.config.setting.InvalidSettingException;
import org.miltergate.config.setting.TextForm;
import org.miltergate.config.text.PathText;

/** Addresses of next hops as text. */
final class NextHopText {
  private static final Pattern URL = Pattern.compile("(smtp|smtps|lmtp)://([^/]*)/?");
  private static final Pattern MX = Pattern.compile("mx:([^:]*)(?::([0-9]{1,5}))?");
  private static final String UNIX = "lmtp:unix:";
  private static final String MAILDIR = "maildir:";

  /** Has the address in a mapping. */
  static final String KEY = "address";

  static final TextForm<NextHopConfig> FORM =
      TextForm.of(
          "smtp://host:port, smtps://host:port, lmtp://host:port, lmtp:unix:path, mx:domain or"
              + " maildir:path",
          NextHopText::parse,
          NextHopConfig::address);

  private NextHopText() {}

  static NextHopConfig parse(String text) {
    Matcher url = URL.matcher(text);
    if (url.matches()) {
      NextHopProtocol protocol =
          switch (url.group(1)) {
            case "smtp" -> NextHopProtocol.SMTP;
            case "smtps" -> NextHopProtocol.SMTPS;
            default -> NextHopProtocol.LMTP;
          };
      return NextHopConfig.Smtp.of(protocol, new NextHopTarget.Host(HostPort.parse(url.group(2))));
    }
    Matcher mx = MX.matcher(text);
    if (mx.matches()) {
      int port =
          mx.group(2) == null ? NextHopTarget.Mx.DEFAULT_PORT : Integer.parseInt(mx.group(2));
      return NextHopConfig.Smtp.of(NextHopProtocol.SMTP, new NextHopTarget.Mx(mx.group(1), port));
    }
    if (text.startsWith(UNIX) && text.length() > UNIX.length()) {
      return NextHopConfig.Smtp.of(
          NextHopProtocol.LMTP,
          new NextHopTarget.Unix(PathText.parse(text.substring(UNIX.length()))));
    }
    if (text.startsWith(MAILDIR) && text.length() > MAILDIR.length()) {
      return NextHopConfig.Maildir.of(PathText.parse(text.substring(MAILDIR.length())));
    }
    throw new IllegalArgumentException(
        "'"
            + text
            + "' is not a next hop; write smtp://host:port, smtps://host:port, lmtp://host:port,"
            + " lmtp:unix:path, mx:domain or maildir:path");
  }

  static String format(NextHopProtocol protocol, NextHopTarget target) {
    return switch (target) {
      case NextHopTarget.Host host -> protocol.scheme() + "://" + host;
      case NextHopTarget.Unix unix -> "lmtp:" + unix;
      case NextHopTarget.Mx mx -> "mx:" + mx;
    };
  }

  static void requireFit(NextHopProtocol protocol, NextHopTarget target) {
    boolean fits =
        switch (target) {
          case NextHopTarget.Host host -> true;
          case NextHopTarget.Unix unix -> protocol == NextHopProtocol.LMTP;
          case NextHopTarget.Mx mx -> protocol == NextHopProtocol.SMTP;
        };
    if (!fits) {
      throw new InvalidSettingException(
          "address", "%s cannot go to %s".formatted(protocol.scheme(), target));
    }
  }
}
