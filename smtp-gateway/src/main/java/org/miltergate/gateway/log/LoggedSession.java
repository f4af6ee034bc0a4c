package org.miltergate.gateway.log;

import java.util.Optional;
import org.miltergate.gateway.auth.Login;
import org.miltergate.milter.bytes.Bytes;

/** What log lines say of an SMTP session, as it stands when a line is written. */
public interface LoggedSession {
  /** Returns the client as Postfix logs it: {@code name[address]}. */
  String nameAndAddress();

  /** Returns the address of the client, or {@code unknown}. */
  String addressText();

  /** Returns the name that the DNS has for the address, confirmed or not. */
  String pointerName();

  /** Returns what the client called itself; empty before HELO. */
  Bytes helo();

  /** Returns the name of the protocol, such as {@code ESMTPS}. */
  String protocol();

  Optional<Login> login();

  /** Returns what XFORWARD said of the current message, to follow the client's name. */
  String originText();

  /** Returns the sender of the current message. */
  Optional<Bytes> sender();

  /** Returns the queue id of the current message, or {@code NOQUEUE}. */
  String queueId();
}
