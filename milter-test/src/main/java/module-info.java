import org.jspecify.annotations.NullMarked;

/** Scripted milters, and a scripted mail server as next hop, for tests of MTAs. */
@NullMarked
module org.miltergate.milter.test {
  requires static transitive org.jspecify;
  requires transitive org.miltergate.milter.protocol;

  exports org.miltergate.milter.test;
  exports org.miltergate.milter.test.mta;
  exports org.miltergate.milter.test.smtp;
}
