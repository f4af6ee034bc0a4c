import org.jspecify.annotations.NullMarked;

/** The SMTP filtering gateway: SMTP in front, a milter chain inside, a relay behind. */
@NullMarked
module org.miltergate.gateway {
  requires static transitive org.jspecify;
  requires transitive org.miltergate.config;
  requires transitive org.miltergate.milter.client;
  requires transitive org.slf4j;
  requires ch.qos.logback.classic;
  requires ch.qos.logback.core;
  requires com.github.benmanes.caffeine;
  requires com.ongres.scram.common;
  requires info.picocli;
  requires io.github.javadiffutils;
  requires jakarta.mail;
  requires java.naming;
  // For signals.
  requires jdk.unsupported;
  requires org.dnsjava;
  requires org.miltergate.milter.server;
  // No module of its own yet: the name comes from its file.
  requires subethasmtp;

  exports org.miltergate.gateway;
  exports org.miltergate.gateway.auth;
  exports org.miltergate.gateway.bounce;
  exports org.miltergate.gateway.envelope;
  exports org.miltergate.gateway.relay;
  exports org.miltergate.gateway.smtp;
  exports org.miltergate.gateway.spool;
  exports org.miltergate.gateway.tls;

  opens org.miltergate.gateway to
      info.picocli;
}
