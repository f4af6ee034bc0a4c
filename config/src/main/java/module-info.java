import org.jspecify.annotations.NullMarked;

/** The gateway's configuration: YAML to records, every problem with file, line and column. */
@NullMarked
module org.miltergate.config {
  requires static transitive org.jspecify;
  requires transitive org.miltergate.milter.protocol;
  requires transitive org.miltergate.milter.client;
  requires org.snakeyaml.engine;
  requires com.ibm.icu;

  exports org.miltergate.address;
  exports org.miltergate.config;
  exports org.miltergate.config.auth;
  exports org.miltergate.config.limits;
  exports org.miltergate.config.listener;
  exports org.miltergate.config.nexthop;
  exports org.miltergate.config.policy;
  exports org.miltergate.config.setting;
  exports org.miltergate.config.text;
  exports org.miltergate.config.tls;
  exports org.miltergate.config.yaml;
}
