import org.jspecify.annotations.NullMarked;

/** The MTA side of the milter protocol: a session with one milter, a chain of many. */
@NullMarked
module org.miltergate.milter.client {
  requires static transitive org.jspecify;
  requires transitive org.miltergate.milter.protocol;
  requires org.slf4j;

  exports org.miltergate.milter.chain;
  exports org.miltergate.milter.session;
}
