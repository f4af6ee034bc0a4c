package org.miltergate.config;

import static org.miltergate.config.setting.Forms.limit;
import static org.miltergate.config.setting.Forms.number;
import static org.miltergate.config.setting.Forms.size;

import java.time.Duration;
import org.miltergate.config.limits.LimitsConfig;
import org.miltergate.config.setting.Forms;
import org.miltergate.config.setting.Rows;
import org.miltergate.config.setting.Setting;
import org.miltergate.config.setting.Settings;
import org.miltergate.config.setting.TextForm;
import org.miltergate.config.setting.Values;
import org.miltergate.milter.session.FailurePolicy;
import org.miltergate.milter.session.MilterClient;
import org.miltergate.milter.session.UnagreedEdits;
import org.miltergate.net.Endpoint;

/**
 * One milter of the chain.
 *
 * <p>Keys are Postfix's {@code milter_*} without that prefix, where it has one; the defaults are
 * those of {@link MilterClient}. Immutable and thread-safe.
 */
public record MilterConfig(Values<MilterConfig> values) implements Settings<MilterConfig> {
  private static final long LEAST_EDIT_BYTES = 64L << 20;

  /** For header fields, and for what a milter adds to the largest body. */
  private static final long BEYOND_MESSAGE_BYTES = 4L << 20;

  private static final Endpoint ANYWHERE = new Endpoint.Inet("localhost", 8891);
  private static final MilterClient USUAL = MilterClient.builder("milter", ANYWHERE).build();

  private static final Rows<MilterConfig> ROWS = new Rows<>();

  public static final Setting<MilterConfig, String> NAME =
      ROWS.add("name", Forms.LABEL, USUAL.name())
          .required()
          .means("letters, digits and hyphens; shown in logs");

  public static final Setting<MilterConfig, Endpoint> ADDRESS =
      ROWS.add(
              "address",
              TextForm.of(
                  "an address, such as inet:127.0.0.1:8891 or unix:/run/milter.sock",
                  Endpoint::parse),
              ANYWHERE)
          .required()
          .means("where it listens; inet:8891@127.0.0.1 means the same");

  /** Lookup and connect. */
  public static final Setting<MilterConfig, Duration> CONNECT_TIMEOUT =
      ROWS.add("connect-timeout", limit(), USUAL.connectTimeout())
          .postfix("milter_connect_timeout")
          .means("");

  /** One reply up to DATA, and the negotiation. */
  public static final Setting<MilterConfig, Duration> COMMAND_TIMEOUT =
      ROWS.add("command-timeout", limit(), USUAL.commandTimeout())
          .postfix("milter_command_timeout")
          .means("one reply before DATA");

  /** One reply from the first header field on. */
  public static final Setting<MilterConfig, Duration> CONTENT_TIMEOUT =
      ROWS.add("content-timeout", limit(), USUAL.contentTimeout())
          .postfix("milter_content_timeout")
          .means("one reply later");

  /** Regardless of progress reports. */
  public static final Setting<MilterConfig, Duration> END_OF_MESSAGE_TIMEOUT =
      ROWS.add("end-of-message-timeout", limit(), USUAL.endOfMessageTimeout())
          .means("the whole reply to a message, including progress");

  public static final Setting<MilterConfig, FailurePolicy> DEFAULT_ACTION =
      ROWS.add("default-action", TextForm.ofEnum(FailurePolicy.class), USUAL.onFailure())
          .postfix("milter_default_action")
          .means("if the milter fails: accept, reject, tempfail, quarantine, shutdown");

  public static final Setting<MilterConfig, UnagreedEdits> UNAGREED_EDITS =
      ROWS.add("unagreed-edits", TextForm.ofEnum(UnagreedEdits.class), USUAL.unagreedEdits())
          .means("edits it did not ask for: apply, ignore, fail");

  public static final Setting<MilterConfig, Integer> PROTOCOL =
      ROWS.add("protocol", number(2, 6), USUAL.version())
          .postfix("milter_protocol")
          .means("newest version to offer, 2 to 6");

  public static final Setting<MilterConfig, Integer> MAX_EDITS =
      ROWS.add("max-edits", number(1, 1_000_000), USUAL.maxEdits()).means("edits of one message");

  public static final Setting<MilterConfig, Long> MAX_EDIT_SIZE =
      ROWS.add("max-edit-size", size(0, 1L << 40), 0L)
          .means(
              "bytes of all edits of one message, a new body included; 0: as message-size and 4MiB"
                  + " more, 64MiB at least");

  /** Libmilter milters can handle it. */
  public static final Setting<MilterConfig, Boolean> PIPELINE =
      ROWS.add("pipeline", Forms.BOOLEAN, USUAL.pipeline())
          .means("true: write the content without waiting for each reply");

  /** The defaults of every milter; name and address are placeholders. */
  public static final MilterConfig DEFAULT = ROWS.table(MilterConfig::new).defaults();

  /** Creates a milter with all defaults. */
  public static MilterConfig of(String name, Endpoint address) {
    return DEFAULT.with(milter -> milter.set(NAME, name).set(ADDRESS, address));
  }

  /**
   * Returns a builder for a client of this milter with its settings.
   *
   * @param limits of the messages that pass the milter
   */
  public MilterClient.Builder client(LimitsConfig limits) {
    return MilterClient.builder(name(), address())
        .connectTimeout(get(CONNECT_TIMEOUT))
        .commandTimeout(get(COMMAND_TIMEOUT))
        .contentTimeout(get(CONTENT_TIMEOUT))
        .endOfMessageTimeout(get(END_OF_MESSAGE_TIMEOUT))
        .onFailure(defaultAction())
        .unagreedEdits(get(UNAGREED_EDITS))
        .version(get(PROTOCOL))
        .maxEdits(get(MAX_EDITS))
        .maxEditBytes(maxEditBytes(limits))
        .pipeline(get(PIPELINE));
  }

  public String name() {
    return get(NAME);
  }

  public Endpoint address() {
    return get(ADDRESS);
  }

  public FailurePolicy defaultAction() {
    return get(DEFAULT_ACTION);
  }

  /**
   * Returns the limit for all edits of one message in bytes: as set, or enough to replace the body
   * of the largest accepted message, at least 64 MiB.
   */
  public long maxEditBytes(LimitsConfig limits) {
    return get(MAX_EDIT_SIZE) == 0
        ? Math.max(LEAST_EDIT_BYTES, limits.maxMessageBytes() + BEYOND_MESSAGE_BYTES)
        : get(MAX_EDIT_SIZE);
  }
}
