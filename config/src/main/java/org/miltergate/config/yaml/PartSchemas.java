package org.miltergate.config.yaml;

import org.miltergate.config.LogConfig;
import org.miltergate.config.LogLevel;
import org.miltergate.config.MacroConfig;
import org.miltergate.config.QuarantineConfig;
import org.miltergate.config.policy.AddressSyntax;
import org.miltergate.config.policy.PolicyConfig;
import org.miltergate.config.policy.RecipientPattern;
import org.miltergate.config.policy.RefusedRecipient;
import org.miltergate.milter.wire.MacroStage;

/** The keys of the smaller parts of the settings. */
final class PartSchemas {
  private static final RefusedRecipient REFUSED =
      RefusedRecipient.of(RecipientPattern.parse("nobody@example.org"));

  private static final ShortForm<RefusedRecipient> REFUSED_RECIPIENT =
      new ShortForm<>(
          new ScalarShape<>(
              Scalars.RECIPIENT.wanted(),
              text -> RefusedRecipient.of(RecipientPattern.parse(text)),
              refused -> refused.recipient().toString()),
          RecordShape.of(REFUSED)
              .required(
                  "recipient",
                  Scalars.RECIPIENT,
                  RefusedRecipient::recipient,
                  RefusedRecipient::withRecipient)
              .key("reply", Scalars.REPLY, RefusedRecipient::reply, RefusedRecipient::withReply));

  static final RecordShape<PolicyConfig> POLICY =
      RecordShape.of(PolicyConfig.DEFAULT)
          .key(
              "trusted-networks",
              ListShape.of(Scalars.CIDR),
              PolicyConfig::trustedNetworks,
              PolicyConfig::withTrustedNetworks)
          .key(
              "relay-domains",
              ListShape.of(Scalars.DOMAIN),
              PolicyConfig::relayDomains,
              PolicyConfig::withRelayDomains)
          .key(
              "refused-recipients",
              ListShape.of(REFUSED_RECIPIENT),
              PolicyConfig::refusedRecipients,
              PolicyConfig::withRefusedRecipients)
          .key(
              "xclient-networks",
              ListShape.of(Scalars.CIDR),
              PolicyConfig::xclientNetworks,
              PolicyConfig::withXclientNetworks)
          .key(
              "xforward-networks",
              ListShape.of(Scalars.CIDR),
              PolicyConfig::xforwardNetworks,
              PolicyConfig::withXforwardNetworks)
          .key(
              "address-syntax",
              ScalarShape.ofEnum(AddressSyntax.class),
              PolicyConfig::addressSyntax,
              PolicyConfig::withAddressSyntax);

  static final RecordShape<QuarantineConfig> QUARANTINE =
      RecordShape.of(QuarantineConfig.DEFAULT)
          .key(
              "directory",
              Scalars.PATH,
              QuarantineConfig::directory,
              (quarantine, directory) -> new QuarantineConfig(directory));

  static final RecordShape<MacroConfig> MACROS =
      RecordShape.of(MacroConfig.DEFAULT)
          .key("v", Scalars.TEXT, MacroConfig::v, MacroConfig::withV)
          .key("daemon-name", Scalars.TEXT, MacroConfig::daemonName, MacroConfig::withDaemonName)
          .key(
              "defaults",
              new MapShape<>("a mapping of names to values", Scalars.MACRO, Scalars.TEXT),
              MacroConfig::defaults,
              MacroConfig::withDefaults)
          .key(
              "stages",
              new MapShape<>("a mapping of stages to lists", stage(), ListShape.of(Scalars.MACRO)),
              MacroConfig::stages,
              MacroConfig::withStages);

  static final RecordShape<LogConfig> LOG =
      RecordShape.of(LogConfig.DEFAULT)
          .key(
              "level",
              ScalarShape.ofEnum(LogLevel.class),
              LogConfig::level,
              (log, level) -> new LogConfig(level));

  private PartSchemas() {}

  private static ScalarShape<MacroStage> stage() {
    return ScalarShape.ofEnum(MacroStage.class);
  }
}
