package org.miltergate.config;

import java.time.Duration;
import java.util.Objects;
import java.util.function.Consumer;
import org.miltergate.config.limits.LimitsConfig;
import org.miltergate.config.setting.Check;
import org.miltergate.milter.session.FailurePolicy;
import org.miltergate.milter.session.UnagreedEdits;
import org.miltergate.net.Endpoint;

/**
 * One milter of the chain.
 *
 * <p>All time limits are above zero and at most 30 days.
 *
 * @param name shown in logs and metrics; 1 to 64 letters, digits and hyphens
 * @param address where it listens
 * @param connectTimeout look-up and connect; Postfix {@code milter_connect_timeout}, 30 s
 * @param commandTimeout one answer up to DATA, and the negotiation; {@code milter_command_timeout},
 *     30 s
 * @param contentTimeout one answer from the first header field on; {@code milter_content_timeout},
 *     300 s
 * @param endOfMessageTimeout the whole answer to a message, however often the milter reports
 *     progress; default 5 min
 * @param defaultAction what the milter counts as when it has failed; {@code milter_default_action};
 *     default {@code TEMPFAIL}
 * @param unagreedEdits what becomes of edits that the milter did not ask for when it was connected;
 *     default {@code APPLY}
 * @param protocol newest version of the protocol to offer, 2 to 6; {@code milter_protocol}, 6
 * @param maxEdits of one message, 1 to 1,000,000; default 10,000
 * @param maxEditBytes all edits of one message, a new body included, up to 1 TiB; 0, the default,
 *     to {@linkplain #maxEditBytes(LimitsConfig) follow the size of messages}
 * @param pipeline whether the content of a message is written without waiting for each answer;
 *     filters on libmilter bear it; default false
 */
public record MilterConfig(
    String name,
    Endpoint address,
    Duration connectTimeout,
    Duration commandTimeout,
    Duration contentTimeout,
    Duration endOfMessageTimeout,
    FailurePolicy defaultAction,
    UnagreedEdits unagreedEdits,
    int protocol,
    int maxEdits,
    long maxEditBytes,
    boolean pipeline) {
  /** Has the defaults of every milter; its name and address stand for nothing. */
  public static final MilterConfig DEFAULT =
      new MilterConfig(
          "milter",
          new Endpoint.Inet("localhost", 8891),
          Duration.ofSeconds(30),
          Duration.ofSeconds(30),
          Duration.ofSeconds(300),
          Duration.ofMinutes(5),
          FailurePolicy.TEMPFAIL,
          UnagreedEdits.APPLY,
          6,
          10_000,
          0,
          false);

  private static final long LEAST_EDIT_BYTES = 64L << 20;

  /** For header fields, and for what a filter adds to the largest body. */
  private static final long BEYOND_MESSAGE_BYTES = 4L << 20;

  public MilterConfig {
    Check.label("name", name);
    Objects.requireNonNull(address, "address");
    Check.limit("connect-timeout", connectTimeout);
    Check.limit("command-timeout", commandTimeout);
    Check.limit("content-timeout", contentTimeout);
    Check.limit("end-of-message-timeout", endOfMessageTimeout);
    Objects.requireNonNull(defaultAction, "defaultAction");
    Objects.requireNonNull(unagreedEdits, "unagreedEdits");
    Check.range("protocol", protocol, 2, 6);
    Check.range("max-edits", maxEdits, 1, 1_000_000);
    Check.size("max-edit-size", maxEditBytes, 0, 1L << 40);
  }

  /**
   * Returns how many bytes all edits of one message may have: as set, or else enough for a new body
   * in place of the largest message that is taken, 64 MiB at least.
   */
  public long maxEditBytes(LimitsConfig limits) {
    return maxEditBytes == 0
        ? Math.max(LEAST_EDIT_BYTES, limits.maxMessageBytes() + BEYOND_MESSAGE_BYTES)
        : maxEditBytes;
  }

  /** Makes a milter with all defaults. */
  public static MilterConfig of(String name, Endpoint address) {
    return DEFAULT.with(milter -> milter.name(name).address(address));
  }

  /** Returns the same settings, but for what {@code change} sets. */
  public MilterConfig with(Consumer<Builder> change) {
    Builder builder = new Builder(this);
    change.accept(builder);
    return builder.build();
  }

  /** Collects the settings; confined. */
  public static final class Builder {
    private String name;
    private Endpoint address;
    private Duration connectTimeout;
    private Duration commandTimeout;
    private Duration contentTimeout;
    private Duration endOfMessageTimeout;
    private FailurePolicy defaultAction;
    private UnagreedEdits unagreedEdits;
    private int protocol;
    private int maxEdits;
    private long maxEditBytes;
    private boolean pipeline;

    private Builder(MilterConfig from) {
      name = from.name;
      address = from.address;
      connectTimeout = from.connectTimeout;
      commandTimeout = from.commandTimeout;
      contentTimeout = from.contentTimeout;
      endOfMessageTimeout = from.endOfMessageTimeout;
      defaultAction = from.defaultAction;
      unagreedEdits = from.unagreedEdits;
      protocol = from.protocol;
      maxEdits = from.maxEdits;
      maxEditBytes = from.maxEditBytes;
      pipeline = from.pipeline;
    }

    public Builder name(String value) {
      name = value;
      return this;
    }

    public Builder address(Endpoint value) {
      address = value;
      return this;
    }

    public Builder connectTimeout(Duration value) {
      connectTimeout = value;
      return this;
    }

    public Builder commandTimeout(Duration value) {
      commandTimeout = value;
      return this;
    }

    public Builder contentTimeout(Duration value) {
      contentTimeout = value;
      return this;
    }

    public Builder endOfMessageTimeout(Duration value) {
      endOfMessageTimeout = value;
      return this;
    }

    public Builder defaultAction(FailurePolicy value) {
      defaultAction = value;
      return this;
    }

    public Builder unagreedEdits(UnagreedEdits value) {
      unagreedEdits = value;
      return this;
    }

    public Builder protocol(int value) {
      protocol = value;
      return this;
    }

    public Builder maxEdits(int value) {
      maxEdits = value;
      return this;
    }

    public Builder maxEditBytes(long value) {
      maxEditBytes = value;
      return this;
    }

    public Builder pipeline(boolean value) {
      pipeline = value;
      return this;
    }

    private MilterConfig build() {
      return new MilterConfig(
          name,
          address,
          connectTimeout,
          commandTimeout,
          contentTimeout,
          endOfMessageTimeout,
          defaultAction,
          unagreedEdits,
          protocol,
          maxEdits,
          maxEditBytes,
          pipeline);
    }
  }
}
