import org.jspecify.annotations.NullMarked;

/** The program: commands, log, demonstration. */
@NullMarked
module org.miltergate.app {
  requires static org.jspecify;
  requires ch.qos.logback.classic;
  requires ch.qos.logback.core;
  requires info.picocli;
  requires io.github.javadiffutils;
  // For signals.
  requires jdk.unsupported;
  requires org.miltergate.gateway;
  requires org.miltergate.milter.server;
  requires org.slf4j;

  // Logback makes the layout that logback.xml names.
  opens org.miltergate.app to
      ch.qos.logback.core,
      info.picocli;
}
