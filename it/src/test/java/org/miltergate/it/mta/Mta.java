package org.miltergate.it.mta;

import java.io.IOException;
import java.net.InetSocketAddress;
import org.miltergate.it.process.Lab;

/** A running mail server that asks milters and relays to one next hop. */
public interface Mta extends Lab.Logged {
  /** Returns where it takes SMTP. */
  InetSocketAddress smtp();

  /** Returns how many messages it holds in quarantine. */
  int held() throws IOException;
}
