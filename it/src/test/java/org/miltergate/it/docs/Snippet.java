package org.miltergate.it.docs;

import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;

/**
 * A block of Java in a document: imports, and statements of a method.
 *
 * @param document where it stands
 * @param heading the last heading before it
 * @param text as it stands there
 */
record Snippet(String document, String heading, String text) {
  private static final Pattern BLOCK =
      Pattern.compile("(?m)^#+ (?<heading>.*)$|^```java\n(?<text>(?s:.*?))^```$");

  private static final Pattern TYPE = Pattern.compile("(?m)^public final class (\\w+)");

  /** Returns all blocks of README.md and docs, in their order. */
  static List<Snippet> all(Path project) throws IOException {
    try (Stream<Path> guides = Files.walk(project.resolve("docs"))) {
      List<Snippet> snippets = new ArrayList<>();
      Stream.concat(Stream.of(project.resolve("README.md")), guides)
          .filter(file -> file.toString().endsWith(".md"))
          .sorted()
          .forEach(file -> snippets.addAll(of(file)));
      return snippets;
    }
  }

  private static List<Snippet> of(Path file) {
    List<Snippet> snippets = new ArrayList<>();
    String[] heading = {""};
    BLOCK
        .matcher(read(file))
        .results()
        .forEach(match -> {
          String text = match.group("text");
          if (text == null) {
            heading[0] = match.group("heading");
          } else {
            snippets.add(
                new Snippet(
                    Objects.requireNonNull(file.getFileName()).toString(), heading[0], text));
          }
        });
    return snippets;
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Compiles the block as a method of a class below {@code context}, whose fields and methods it
   * may use, and returns an instance of that class.
   *
   * @param folder for source and class
   * @param replaced what stands for something else when it is run, such as an endpoint
   * @throws AssertionError if the compiler objects
   */
  <C> C compile(Class<C> context, Path folder, Map<String, String> replaced) throws Exception {
    String body = text;
    for (Map.Entry<String, String> entry : replaced.entrySet()) {
      body = body.replace(entry.getKey(), entry.getValue());
    }
    StringBuilder imports = new StringBuilder();
    StringBuilder statements = new StringBuilder();
    body.lines()
        .forEach(
            line -> (line.startsWith("import ") ? imports : statements).append(line).append('\n'));
    compile(
        folder,
        "Block.java",
        imports
            + "public class Block extends "
            + context.getName()
            + " {\n@Override public void run() throws Exception {\n"
            + statements
            + "}\n}\n");
    URLClassLoader loader = new URLClassLoader(new URL[] {url(folder)}, context.getClassLoader());
    return context.cast(loader.loadClass("Block").getDeclaredConstructor().newInstance());
  }

  /** Returns whether the block is a type of its own, with its imports. */
  boolean isType() {
    return TYPE.matcher(text).find();
  }

  /**
   * Compiles a block that is a type.
   *
   * @throws AssertionError if the compiler objects
   */
  void compileType(Path folder) throws Exception {
    Matcher type = TYPE.matcher(text);
    if (!type.find()) {
      throw new IllegalStateException(this + " is no type");
    }
    compile(folder, type.group(1) + ".java", text);
  }

  private void compile(Path folder, String name, String content) throws IOException {
    Path source = folder.resolve(name);
    Files.writeString(source, content);
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    StringWriter problems = new StringWriter();
    List<String> options =
        List.of(
            "-proc:none", "-cp", System.getProperty("java.class.path"), "-d", folder.toString());
    boolean compiled =
        compiler
            .getTask(
                problems,
                null,
                null,
                options,
                null,
                compiler.getStandardFileManager(null, null, null).getJavaFileObjects(source))
            .call();
    if (!compiled) {
      throw new AssertionError(this + "\n" + problems);
    }
  }

  private static URL url(Path folder) throws MalformedURLException {
    return folder.toUri().toURL();
  }

  @Override
  public String toString() {
    return document + ", " + heading;
  }
}
