import org.jspecify.annotations.NullMarked;

/** Milters for mail servers on SubEthaSMTP. */
@NullMarked
module org.miltergate.milter.subethasmtp {
  requires static transitive org.jspecify;
  requires transitive org.miltergate.milter.client;
  // No module of its own yet: the name comes from its file.
  requires transitive subethasmtp;

  exports org.miltergate.subethasmtp;
}
