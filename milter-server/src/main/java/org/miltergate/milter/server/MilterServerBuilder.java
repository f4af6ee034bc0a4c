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

/** Sets up a {@link MilterServer}. Confined to one thread. */
public final class MilterServerBuilder {
  /** As long as libmilter waits ({@code MI_TIMEOUT}). */
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

  /** All that was set. */
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
   * Listens there; by default on a free port of the loopback address.
   *
   * @throws IOException if a host name is not known
   */
  public MilterServerBuilder listen(Endpoint address) throws IOException {
    return switch (address) {
      case Endpoint.Inet inet ->
          listen(new InetSocketAddress(InetAddress.getByName(inet.host()), inet.port()));
      case Endpoint.Unix unix -> listen(UnixDomainSocketAddress.of(unix.path()));
    };
  }

  /** Listens there: a TCP address, with port 0 for a free one, or a Unix-domain socket. */
  public MilterServerBuilder listen(SocketAddress address) {
    this.address = address;
    return this;
  }

  /**
   * Sets who may use the file of a Unix-domain socket: whoever may write to it may connect. By
   * default the umask decides, which usually leaves it to the owner. Has no meaning for TCP.
   *
   * @param mode such as {@code PosixFilePermissions.fromString("rw-rw----")}
   */
  public MilterServerBuilder socketMode(Set<PosixFilePermission> mode) {
    socketMode = Optional.of(Set.copyOf(mode));
    return this;
  }

  /** Names what the filter changes; none by default. An MTA that does not offer it is refused. */
  public MilterServerBuilder actions(Actions.Action... actions) {
    this.actions = Actions.of(actions);
    return this;
  }

  /** Names the only events that the filter wants to be told; all by default. */
  public MilterServerBuilder events(MilterEvent... events) {
    this.events = EnumSet.noneOf(MilterEvent.class);
    this.events.addAll(List.of(events));
    return this;
  }

  /**
   * Names events that the filter only looks at: it answers nothing, and the MTA does not wait. An
   * answer that it returns there is lost; what it throws is its verdict on the message.
   */
  public MilterServerBuilder unanswered(MilterEvent... events) {
    this.unanswered = EnumSet.noneOf(MilterEvent.class);
    this.unanswered.addAll(List.of(events));
    return this;
  }

  /** Asks for header values with the blank behind the colon; see {@link MilterContext#agreed}. */
  public MilterServerBuilder leadingSpace() {
    steps = steps.or(ProtocolSteps.of(Step.LEADING_SPACE));
    return this;
  }

  /** Asks for recipients that the MTA has refused, too. */
  public MilterServerBuilder rejectedRecipients() {
    steps = steps.or(ProtocolSteps.of(Step.REJECTED_RECIPIENTS));
    return this;
  }

  /**
   * Asks for macros at a stage instead of those that the MTA sends by itself.
   *
   * @param names separated by blanks, such as {@code i {mail_addr}}
   */
  public MilterServerBuilder macros(MacroStage stage, String names) {
    macroLists.add(new MacroList(stage.onWire(), Bytes.ofLatin1(names)));
    return this;
  }

  /** Serves so many at once, 10000 by default; others wait until one ends. */
  public MilterServerBuilder maxConnections(int maxConnections) {
    if (maxConnections < 1) {
      throw new IllegalArgumentException(
          "maxConnections is " + maxConnections + ", must be at least 1");
    }
    this.maxConnections = maxConnections;
    return this;
  }

  /** Closes a connection on which no command comes for so long; 7210 s by default. */
  public MilterServerBuilder idleLimit(Duration limit) {
    this.idleLimit = requirePositive(limit);
    return this;
  }

  /** Closes a connection whose MTA takes no answer for so long; 30 s by default. */
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
   * Begins to listen.
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
