package org.miltergate.gateway.testkit;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.miltergate.address.DomainPattern;
import org.miltergate.address.HostPort;
import org.miltergate.config.GatewayConfig;
import org.miltergate.config.auth.AuthConfig;
import org.miltergate.config.auth.AuthMechanism;
import org.miltergate.config.limits.ClientNamesConfig;
import org.miltergate.config.limits.LimitsConfig;
import org.miltergate.config.listener.ListenerConfig;
import org.miltergate.config.policy.PolicyConfig;
import org.miltergate.config.policy.RecipientPattern;
import org.miltergate.config.policy.RefusedRecipient;
import org.miltergate.config.setting.Changes;
import org.miltergate.config.tls.TlsServerConfig;
import org.miltergate.gateway.auth.SaslServer;
import org.miltergate.gateway.auth.Users;
import org.miltergate.gateway.listener.SmtpServer;
import org.miltergate.gateway.log.MailLog;
import org.miltergate.gateway.relay.NextHop;
import org.miltergate.gateway.spool.QuarantineStore;
import org.miltergate.milter.body.BodyStore;
import org.miltergate.milter.chain.MilterChain;
import org.miltergate.milter.mail.SmtpReply;
import org.miltergate.milter.session.MilterClient;
import org.miltergate.milter.test.ScriptedMilter;

/** The SMTP side on a free port of the loopback, with a next hop that keeps what it gets. */
public final class TestServer implements AutoCloseable {
  private final SmtpServer server;
  private final RecordingNextHop nextHop;
  private final Lines log;

  private TestServer(Builder builder) throws IOException {
    nextHop = new RecordingNextHop();
    log = new Lines();
    server = builder.server(builder.nextHopOr(nextHop), new MailLog(log.logger()));
    server.start();
  }

  public static Builder builder() {
    return new Builder();
  }

  public static TestServer start() throws IOException {
    return builder().start();
  }

  /** Starts one whose chain is that milter. */
  public static TestServer behind(ScriptedMilter milter) throws IOException {
    return builder().milter(milter).start();
  }

  public SmtpServer server() {
    return server;
  }

  public RecordingNextHop nextHop() {
    return nextHop;
  }

  public InetSocketAddress address() {
    return server.addresses().getFirst();
  }

  /** Connects and reads the greeting. */
  public RawSmtpClient client() throws IOException {
    return RawSmtpClient.connect(address()).play("S: 220 gw.test ESMTP Miltergate");
  }

  public RawSmtpClient connect() throws IOException {
    return RawSmtpClient.connect(address());
  }

  /** Returns all log lines so far. */
  public List<String> log() {
    return List.copyOf(log.lines);
  }

  public int openSessions() {
    return server.openSessions();
  }

  @Override
  public void close() throws IOException {
    server.close();
  }

  public static final class Builder {
    private GatewayConfig config = testConfig();
    private Path bodyDirectory = Path.of(System.getProperty("java.io.tmpdir"));
    private @Nullable Path quarantine;
    private SaslServer sasl = SaslServer.NONE;
    private @Nullable NextHop nextHop;
    private final List<MilterClient> milters = new ArrayList<>();

    public static PolicyConfig testPolicy() {
      return PolicyConfig.DEFAULT
          .with(PolicyConfig.RELAY_DOMAINS, List.of(DomainPattern.parse("here.test")))
          .with(
              PolicyConfig.REFUSED_RECIPIENTS,
              List.of(
                  RefusedRecipient.of(
                      RecipientPattern.parse("refused@here.test"),
                      SmtpReply.of(550, "5.1.1 No such user here"))));
    }

    private static GatewayConfig testConfig() {
      return GatewayConfig.DEFAULT.with(all ->
          all.set(GatewayConfig.HOSTNAME, "gw.test")
              .set(
                  GatewayConfig.LISTENERS,
                  List.of(ListenerConfig.of(HostPort.parse("127.0.0.1:0"))))
              .set(GatewayConfig.POLICY, testPolicy())
              .set(
                  GatewayConfig.BARE_NEWLINES_EXCEPT,
                  Optional.of(List.of())) // its clients are as strangers here
              .set(
                  GatewayConfig.CLIENT_NAMES,
                  ClientNamesConfig.DEFAULT.with(ClientNamesConfig.LOOKUP, false))
              .set(
                  GatewayConfig.LIMITS,
                  LimitsConfig.DEFAULT.with(LimitsConfig.ERROR_DELAY, Duration.ZERO)));
    }

    public Builder config(Consumer<Changes<GatewayConfig>> change) {
      config = config.with(change);
      return this;
    }

    public Builder limits(Consumer<Changes<LimitsConfig>> change) {
      LimitsConfig limits = config.limits().with(change);
      return config(all -> all.set(GatewayConfig.LIMITS, limits));
    }

    public Builder address(String hostPort) {
      return config(all ->
          all.set(GatewayConfig.LISTENERS, List.of(ListenerConfig.of(HostPort.parse(hostPort)))));
    }

    public Builder tls(TlsServerConfig tls) {
      return config(all ->
          all.set(
              GatewayConfig.LISTENERS,
              config.listeners().stream()
                  .map(listener -> listener.with(ListenerConfig.TLS, tls))
                  .toList()));
    }

    public Builder trustNobody() {
      PolicyConfig policy = config.policy().with(PolicyConfig.TRUSTED_NETWORKS, List.of());
      return config(all -> all.set(GatewayConfig.POLICY, policy));
    }

    public Builder bodiesIn(Path directory) {
      bodyDirectory = directory;
      return this;
    }

    public Builder quarantineIn(Path directory) {
      quarantine = directory;
      return this;
    }

    /** Lets messages go there; not closed here. */
    public Builder nextHop(NextHop hop) {
      nextHop = hop;
      return this;
    }

    private NextHop nextHopOr(NextHop otherwise) {
      return nextHop == null ? otherwise : nextHop;
    }

    /** These may log in, with TLS or without, and hear of a failure at once. */
    public Builder users(Users users) {
      sasl = new SaslServer(users, List.of(AuthMechanism.values()));
      return auth(all ->
          all.with(AuthConfig.WITHOUT_TLS, true).with(AuthConfig.FAILURE_DELAY, Duration.ZERO));
    }

    public Builder auth(UnaryOperator<AuthConfig> change) {
      AuthConfig auth = change.apply(config.auth());
      return config(all -> all.set(GatewayConfig.AUTH, auth));
    }

    public Builder listener(Consumer<Changes<ListenerConfig>> change) {
      ListenerConfig listener = config.listeners().getFirst().with(change);
      return config(all -> all.set(GatewayConfig.LISTENERS, List.of(listener)));
    }

    /** Asks that milter, which is called {@code m1}, about everything. */
    public Builder milter(ScriptedMilter milter) {
      return milter(MilterClient.builder("m1", milter.address()).build());
    }

    public Builder milter(MilterClient milter) {
      milters.add(milter);
      return this;
    }

    public TestServer start() throws IOException {
      return new TestServer(this);
    }

    private SmtpServer server(NextHop hop, MailLog log) throws IOException {
      BodyStore bodies = new BodyStore(bodyDirectory, config.limits().maxBodyMemoryBytes());
      MilterChain.Builder chain = MilterChain.builder(bodies);
      milters.forEach(chain::add);
      Path directory = quarantine == null ? Files.createTempDirectory("quarantine") : quarantine;
      return new SmtpServer(
          config, chain.build(), hop, QuarantineStore.open(directory), bodies, log, sasl);
    }
  }

  /** Keeps log lines in order. */
  private static final class Lines extends AppenderBase<ILoggingEvent> {
    private final Queue<String> lines = new ConcurrentLinkedQueue<>();

    Logger logger() {
      LoggerContext context = new LoggerContext();
      setContext(context);
      start();
      Logger logger = context.getLogger("mail");
      logger.setLevel(Level.INFO);
      logger.addAppender(this);
      return logger;
    }

    @Override
    protected void append(ILoggingEvent event) {
      lines.add(event.getFormattedMessage());
    }
  }
}
