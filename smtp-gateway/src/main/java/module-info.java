import org.jspecify.annotations.NullMarked;

/** The SMTP filtering gateway as a library: SMTP in front, a milter chain inside, then a relay. */
@NullMarked
module org.miltergate.gateway {
  requires static transitive org.jspecify;
  requires transitive org.miltergate.config;
  requires transitive org.miltergate.milter.client;
  requires org.slf4j;
  requires com.github.benmanes.caffeine;
  requires com.ongres.scram.common;
  requires jakarta.mail;
  requires java.naming;
  requires org.dnsjava;
  // No module of its own yet: the name comes from its file.
  requires subethasmtp;

  exports org.miltergate.gateway;
  exports org.miltergate.gateway.auth;
  // Compares a configuration with the host, before Gateway.start would refuse it.
  exports org.miltergate.gateway.check;
}
