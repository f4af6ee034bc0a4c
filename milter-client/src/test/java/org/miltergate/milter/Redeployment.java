package org.miltergate.milter;

import java.io.ByteArrayInputStream;
import java.io.File;
import java.io.InputStream;
import java.lang.ref.WeakReference;
import java.net.InetSocketAddress;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.miltergate.milter.chain.MilterChain;

/** The program of {@link RedeploymentTest}: a container that lets an application go. */
final class Redeployment {
  static final String COLLECTED = "collected";

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private Redeployment() {}

  /**
   * Runs the program.
   *
   * @param arguments class path of the application, endpoint of a milter
   */
  public static void main(String[] arguments) throws Exception {
    WeakReference<ClassLoader> application = use(arguments[0], arguments[1]);
    long began = System.nanoTime();
    while (!application.refersTo(null) && System.nanoTime() - began < PATIENCE.toNanos()) {
      System.gc();
      LockSupport.parkNanos(50_000_000);
    }
    System.out.println(application.refersTo(null) ? COLLECTED : "still there");
  }

  /** Puts a message through a chain whose classes are those of a class loader of its own. */
  private static WeakReference<ClassLoader> use(String classPath, String milter) throws Exception {
    ClassLoader application = new URLClassLoader(urls(classPath), new Container());
    // A milter that has a name, so that names are looked up.
    begin(application, "inet:1@milter.invalid").close();
    try (AutoCloseable session = begin(application, milter)) {
      Class<?> type = session.getClass();
      String[] none = new String[0];
      type.getMethod("helo", String.class).invoke(session, "client.test");
      type.getMethod("mail", String.class, String[].class).invoke(session, "a@x.test", none);
      type.getMethod("rcpt", String.class, String[].class).invoke(session, "b@y.test", none);
      type.getMethod("data").invoke(session);
      type.getMethod("content", InputStream.class)
          .invoke(
              session,
              new ByteArrayInputStream("A: b\r\n\r\nc\r\n".getBytes(StandardCharsets.US_ASCII)));
    }
    return new WeakReference<>(application);
  }

  private static AutoCloseable begin(ClassLoader application, String endpoint) throws Exception {
    Class<?> type = application.loadClass(MilterChain.class.getName());
    if (type == MilterChain.class) {
      throw new IllegalStateException("the container has the classes of the application");
    }
    Object chain =
        type.getMethod("of", String[].class).invoke(null, (Object) new String[] {endpoint});
    AutoCloseable session =
        (AutoCloseable) type.getMethod("open", String.class).invoke(chain, "mx.test");
    session
        .getClass()
        .getMethod("connect", InetSocketAddress.class)
        .invoke(session, new InetSocketAddress("192.0.2.1", 4711));
    return session;
  }

  private static URL[] urls(String classPath) throws MalformedURLException {
    Path[] paths =
        Stream.of(classPath.split(File.pathSeparator)).map(Path::of).toArray(Path[]::new);
    URL[] urls = new URL[paths.length];
    for (int i = 0; i < urls.length; i++) {
      urls[i] = paths[i].toUri().toURL();
    }
    return urls;
  }

  /** Has the JDK and SLF4J, and nothing of this project. */
  private static final class Container extends ClassLoader {
    Container() {
      super(ClassLoader.getPlatformClassLoader());
    }

    @Override
    protected Class<?> findClass(String name) throws ClassNotFoundException {
      if (name.startsWith("org.slf4j.")) {
        return Redeployment.class.getClassLoader().loadClass(name);
      }
      throw new ClassNotFoundException(name);
    }
  }
}
