package org.miltergate.it.docs;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Proxy;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.james.metrics.api.MetricFactory;
import org.apache.james.metrics.api.TimeMetric;
import org.apache.james.protocols.smtp.hook.HookResult;
import org.apache.james.protocols.smtp.hook.MessageHook;
import org.miltergate.config.GatewayConfig;
import org.miltergate.milter.mail.SmtpReply;
import org.subethamail.smtp.MessageHandler;
import org.subethamail.smtp.MessageHandlerFactory;

/** What the blocks of the documents leave to their readers. */
public abstract class SnippetContext {
  protected final InetSocketAddress clientAddress = new InetSocketAddress("192.0.2.7", 4711);
  protected final InputStream inputStream =
      new ByteArrayInputStream(
          "Subject: hello\r\n\r\nbody\r\n".getBytes(StandardCharsets.US_ASCII));
  protected final ByteArrayOutputStream outputStream = new ByteArrayOutputStream();
  protected final String date = "Tue, 1 Dec 2026 10:00:00 +0000";
  protected final int port = 0;

  final List<SmtpReply> replies = new ArrayList<>();

  final List<String> delivered = new ArrayList<>();

  protected GatewayConfig config = GatewayConfig.DEFAULT;

  protected final Directory directory = (name, password) -> password.equals("secret");
  protected final MessageHandlerFactory messageHandlerFactory = context -> new Taker();
  protected final MessageHook messageHook = (session, mail) -> HookResult.OK;
  protected final MetricFactory metricFactory =
      (MetricFactory)
          Proxy.newProxyInstance(
              MetricFactory.class.getClassLoader(),
              new Class<?>[] {MetricFactory.class, TimeMetric.class},
              (proxy, method, arguments) -> proxy);

  /** The block. */
  public abstract void run() throws Exception;

  protected void reply(SmtpReply reply) {
    replies.add(reply);
  }

  protected void deliver(String sender, List<String> recipients) {
    delivered.add(sender + " -> " + recipients);
  }

  protected void awaitStop() {}

  /** Knows users. */
  protected interface Directory {
    boolean accepts(String name, String password);
  }

  /** Takes any message. */
  private static final class Taker implements MessageHandler {
    @Override
    public void from(String from) {}

    @Override
    public void recipient(String recipient) {}

    @Override
    public String data(InputStream data) throws IOException {
      data.readAllBytes();
      return "2.0.0 Ok";
    }

    @Override
    public void done() {}
  }

  /** Returns what blocks say where the build has something else. */
  static Map<String, String> replaced(String first, String second) {
    return Map.of("inet:127.0.0.1:11332", first, "unix:/run/opendkim.sock", second);
  }
}
