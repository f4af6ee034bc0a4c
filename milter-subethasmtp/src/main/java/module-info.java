import org.jspecify.annotations.NullMarked;

/** Milters for mail servers on SubEthaSMTP. */
@NullMarked
@SuppressWarnings("requires-transitive-automatic") // SubEthaSMTP is no module of its own yet
module org.miltergate.milter.subethasmtp {
  requires static transitive org.jspecify;
  requires transitive org.miltergate.milter.client;
  // No module of its own yet: the name comes from its file.
  requires transitive subethasmtp;

  exports org.miltergate.subethasmtp;
}
