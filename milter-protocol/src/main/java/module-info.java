import org.jspecify.annotations.NullMarked;

/** Milter packets, message model and byte streams, which both sides of the protocol share. */
@NullMarked
module org.miltergate.milter.protocol {
  requires static transitive org.jspecify;
  requires jdk.net;

  exports org.miltergate.milter.body;
  exports org.miltergate.milter.bytes;
  exports org.miltergate.milter.dsn;
  exports org.miltergate.milter.mail;
  exports org.miltergate.milter.text;
  exports org.miltergate.net;
  exports org.miltergate.milter.wire;
}
