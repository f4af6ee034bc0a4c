package org.miltergate.milter;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Modifier;
import java.net.MalformedURLException;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.miltergate.milter.bytes.Bytes;
import org.miltergate.milter.chain.MilterChain;
import org.miltergate.milter.chain.Verdict;

/**
 * Whichever class an embedder's thread comes to first, no two threads wait for each other's class
 * to be initialized.
 *
 * <p>Initializing a class initializes its superclass, and its interfaces with default methods; if
 * one of those makes an instance of the class for a constant of its own, two threads can wait for
 * ever. So two threads race for each such pair of types, each time in a class loader of its own,
 * where loading the second class leaves them time to meet.
 */
@Timeout(120)
class ClassInitializationTest {
  private static final List<Class<?>> ONE_OF_EACH_MODULE = List.of(Bytes.class, MilterChain.class);
  private static final int RACES = 40;
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  /** A class, and one of its types above it that its initialization initializes, too. */
  private record Pair(String below, String above) {}

  @Test
  void twoThreadsCanInitializeATypeAndOneBelowIt() throws Exception {
    List<Pair> stuck = new ArrayList<>();
    for (Pair pair : pairs(loader())) {
      for (int i = 0; i < RACES && !stuck.contains(pair); i++) {
        if (!bothEnd(pair)) {
          stuck.add(pair);
        }
      }
    }

    assertThat(stuck).isEmpty();
  }

  @Test
  void twoThreadsCanInitializeTheVerdictsInAnyOrder() throws Exception {
    for (Class<?> verdict : Verdict.class.getPermittedSubclasses()) {
      for (int i = 0; i < RACES; i++) {
        assertThat(bothEnd(new Pair(verdict.getName(), Verdict.class.getName()))).isTrue();
      }
    }
  }

  private static boolean bothEnd(Pair pair) throws Exception {
    URLClassLoader loader = loader();
    CyclicBarrier start = new CyclicBarrier(2);
    Thread one = initialize(pair.above(), loader, start);
    Thread other = initialize(pair.below(), loader, start);
    boolean ended = one.join(PATIENCE) && other.join(PATIENCE);
    if (ended) {
      loader.close();
    }
    return ended;
  }

  private static Thread initialize(String name, ClassLoader loader, CyclicBarrier start) {
    return Thread.ofPlatform()
        .daemon()
        .start(() -> {
          try {
            start.await();
            Class.forName(name, true, loader);
          } catch (Exception e) {
            throw new IllegalStateException(e);
          }
        });
  }

  private static List<Pair> pairs(ClassLoader loader) throws Exception {
    List<Pair> pairs = new ArrayList<>();
    for (String name : classNames()) {
      Class<?> below = Class.forName(name, false, loader);
      if (below.isAnonymousClass()) {
        continue; // only the type that makes it can name it
      }
      for (Class<?> type = below; type != null; type = type.getSuperclass()) {
        if (type != below && isOurs(type)) {
          pairs.add(new Pair(name, type.getName()));
        }
        for (Class<?> above : type.getInterfaces()) {
          if (isOurs(above) && hasDefaultMethod(above)) {
            pairs.add(new Pair(name, above.getName()));
          }
        }
      }
    }
    assertThat(pairs).isNotEmpty();
    return pairs;
  }

  private static boolean isOurs(Class<?> type) {
    return type.getName().startsWith("org.miltergate.");
  }

  private static boolean hasDefaultMethod(Class<?> type) {
    return Stream.of(type.getDeclaredMethods())
        .anyMatch(method ->
            !Modifier.isAbstract(method.getModifiers())
                && !Modifier.isStatic(method.getModifiers()));
  }

  private static List<String> classNames() throws IOException {
    List<String> files = new ArrayList<>();
    for (Path root : roots()) {
      if (Files.isDirectory(root)) {
        try (Stream<Path> all = Files.walk(root)) {
          all.map(file -> root.relativize(file).toString()).forEach(files::add);
        }
      } else {
        try (JarFile jar = new JarFile(root.toFile())) {
          jar.stream().map(JarEntry::getName).forEach(files::add);
        }
      }
    }
    return files.stream()
        .filter(file -> file.endsWith(".class") && !file.contains("-info"))
        .map(file -> file.substring(0, file.length() - ".class".length()).replace('/', '.'))
        .toList();
  }

  private static URLClassLoader loader() {
    URL[] urls =
        Stream.concat(
                roots().stream(),
                Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
                    .filter(entry -> entry.contains("slf4j"))
                    .map(Path::of))
            .map(ClassInitializationTest::url)
            .toArray(URL[]::new);
    return new URLClassLoader(urls, ClassLoader.getPlatformClassLoader());
  }

  private static List<Path> roots() {
    return ONE_OF_EACH_MODULE.stream().map(type -> Path.of(URI.create(location(type)))).toList();
  }

  private static String location(Class<?> type) {
    return type.getProtectionDomain().getCodeSource().getLocation().toString();
  }

  private static URL url(Path path) {
    try {
      return path.toUri().toURL();
    } catch (MalformedURLException e) {
      throw new UncheckedIOException(e);
    }
  }
}
