import org.jspecify.annotations.NullMarked;

/** The milter's side of the protocol: write a milter in Java. */
@NullMarked
module org.miltergate.milter.server {
  requires static transitive org.jspecify;
  requires transitive org.miltergate.milter.protocol;
  requires org.slf4j;

  exports org.miltergate.milter.filter;
  exports org.miltergate.milter.filter.header;
  exports org.miltergate.milter.filter.stream;
  exports org.miltergate.milter.server;
}
