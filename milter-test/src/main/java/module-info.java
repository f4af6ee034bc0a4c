import org.jspecify.annotations.NullMarked;

/** Scripted milters for tests of MTAs. */
@NullMarked
module org.miltergate.milter.test {
  requires static transitive org.jspecify;
  requires transitive org.miltergate.milter.protocol;

  exports org.miltergate.milter.test;
}
