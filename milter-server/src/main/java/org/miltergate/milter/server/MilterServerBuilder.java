package org.miltergate.milter.server;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.miltergate.milter.bytes.Bytes;
import org.miltergate.milter.text.DurationText;
import org.miltergate.milter.wire.Actions;
import org.miltergate.milter.wire.MacroList;
import org.miltergate.milter.wire.MacroStage;
import org.miltergate.milter.wire.ProtocolSteps;
import org.miltergate.milter.wire.ProtocolSteps.Step;
import org.miltergate.net.Endpoint;

/**
 * Collects the settings of a {@link MilterServer}. Not thread-safe; use from one thread at a time.
 */
public final class MilterServerBuilder {
  /** libmilter's time limit ({@code MI_TIMEOUT}). */
  private static final Duration IDLE_LIMIT = Duration.ofSeconds(7210);

  private static final Duration WRITE_LIMIT = Duration.ofSeconds(30);

  private final String name;
  private final HandlerFactory factory;
  private Optional<Set<PosixFilePermission>> socketMode = Optional.empty();
  private SocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
  private Actions actions = Actions.NONE;
  private Set<MilterEvent> events = EnumSet.allOf(MilterEvent.class);
  private Set<MilterEvent> unanswered = EnumSet.noneOf(MilterEvent.class);
  private ProtocolSteps steps = ProtocolSteps.NONE;
  private final List<MacroList> macroLists = new ArrayList<>();
  private int maxConnections = 10_000;
  private Duration idleLimit = IDLE_LIMIT;
  private Duration writeLimit = WRITE_LIMIT;

  /** All settings. */
  record Settings(
      String name,
      HandlerFactory factory,
      SocketAddress address,
      Optional<Set<PosixFilePermission>> socketMode,
      FilterWish wish,
      int maxConnections,
      Duration idleLimit,
      Duration writeLimit) {}

  MilterServerBuilder(String name, HandlerFactory factory) {
    this.name = name;
    this.factory = factory;
  }

  /**
   * Sets the address to listen on; by default a free port of the loopback address.
   *
   * @throws IOException if a host name cannot be resolved
   */
  public MilterServerBuilder listen(Endpoint address) throws IOException {
    return switch (address) {
      case Endpoint.Inet inet ->
          listen(new InetSocketAddress(InetAddress.getByName(inet.host()), inet.port()));
      case Endpoint.Unix unix -> listen(UnixDomainSocketAddress.of(unix.path()));
    };
  }

  /**
   * Sets the address to listen on: a TCP address, with port 0 for a free one, or a Unix-domain
   * socket.
   */
  public MilterServerBuilder listen(SocketAddress address) {
    this.address = address;
    return this;
  }

  /**
   * Sets the mode of a Unix-domain socket file: whoever may write to it may connect. By default the
   * umask decides, which usually allows only the owner. Ignored for TCP.
   *
   * @param mode such as {@code PosixFilePermissions.fromString("rw-rw----")}
   */
  public MilterServerBuilder socketMode(Set<PosixFilePermission> mode) {
    socketMode = Optional.of(Set.copyOf(mode));
    return this;
  }

  /**
   * Sets what the milter may change; nothing by default. The connection of an MTA that does not
   * offer all of it is refused.
   */
  public MilterServerBuilder actions(Actions.Action... actions) {
    this.actions = Actions.of(actions);
    return this;
  }

  /** Sets the events that the milter wants; all by default. */
  public MilterServerBuilder events(MilterEvent... events) {
    this.events = EnumSet.noneOf(MilterEvent.class);
    this.events.addAll(List.of(events));
    return this;
  }

  /**
   * Sets the events to which the milter does not reply, so that the MTA does not wait. What the
   * handler returns there is ignored; what it throws is its verdict on the message.
   */
  public MilterServerBuilder unanswered(MilterEvent... events) {
    this.unanswered = EnumSet.noneOf(MilterEvent.class);
    this.unanswered.addAll(List.of(events));
    return this;
  }

  /**
   * Asks for header values with the blank after the colon; {@link MilterContext#agreed} says
   * whether the MTA agreed.
   */
  public MilterServerBuilder leadingSpace() {
    steps = steps.or(ProtocolSteps.of(Step.LEADING_SPACE));
    return this;
  }

  /** Also asks for recipients that the MTA has refused. */
  public MilterServerBuilder rejectedRecipients() {
    steps = steps.or(ProtocolSteps.of(Step.REJECTED_RECIPIENTS));
    return this;
  }

  /**
   * Asks for these macros at a stage instead of those that the MTA sends by default.
   *
   * @param names separated by blanks, such as {@code i {mail_addr}}
   */
  public MilterServerBuilder macros(MacroStage stage, String names) {
    macroLists.add(new MacroList(stage.onWire(), Bytes.ofLatin1(names)));
    return this;
  }

  /** Sets how many connections are served at once, 10000 by default; others wait until one ends. */
  public MilterServerBuilder maxConnections(int maxConnections) {
    if (maxConnections < 1) {
      throw new IllegalArgumentException(
          "maxConnections is " + maxConnections + ", must be at least 1");
    }
    this.maxConnections = maxConnections;
    return this;
  }

  /** Sets how long a connection may be without a command before it is closed; 7210 s by default. */
  public MilterServerBuilder idleLimit(Duration limit) {
    this.idleLimit = requirePositive(limit);
    return this;
  }

  /**
   * Sets how long a reply may take to be written before the connection is closed; 30 s by default.
   */
  public MilterServerBuilder writeLimit(Duration limit) {
    this.writeLimit = requirePositive(limit);
    return this;
  }

  private static Duration requirePositive(Duration limit) {
    if (!limit.isPositive()) {
      throw new IllegalArgumentException(
          "limit is " + DurationText.of(limit) + ", must be above zero");
    }
    return limit;
  }

  /**
   * Starts to listen.
   *
   * @throws IOException if the address cannot be bound
   */
  public MilterServer start() throws IOException {
    return MilterServer.start(
        new Settings(
            name,
            factory,
            address,
            socketMode,
            new FilterWish(actions, events, unanswered, steps, macroLists),
            maxConnections,
            idleLimit,
            writeLimit));
  }
}
