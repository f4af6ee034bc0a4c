package org.miltergate.milter.chain;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * One recorded conversation of Postfix with a real milter; see the README beside the recordings.
 *
 * @param events packets of both sides in order
 * @param reply what the SMTP client heard in the end, line by line
 * @param passed the message that the next hop got, or that was put on hold
 */
record Capture(
    String name, List<Json> events, List<String> reply, Optional<Json> passed, boolean held) {
  private static final Path DIRECTORY =
      Path.of(System.getProperty("basedir", "."), "../milter-protocol/src/test/resources/captures");

  static List<Capture> all() {
    try (Stream<Path> files = Files.list(DIRECTORY)) {
      return files
          .filter(file -> file.toString().endsWith(".json"))
          .sorted()
          .flatMap(Capture::read)
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Stream<Capture> read(Path file) {
    try {
      Json root = Json.parse(Files.readString(file));
      Json cases = root.object("cases");
      return cases.keys().stream()
          .map(name -> of(root.string("milter") + " " + name, cases.object(name)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Capture of(String name, Json recorded) {
    List<Json> passed = new ArrayList<>(recorded.objects("messages"));
    passed.addAll(recorded.objects("held"));
    return new Capture(
        name,
        ((List<?>) recorded.list("wire").getFirst()).stream().map(Json::of).toList(),
        recorded.objects("replies").stream()
            .filter(reply -> reply.string("sent").equals("(content)"))
            .map(reply -> reply.strings("lines"))
            .findFirst()
            .orElseThrow(),
        passed.stream().findFirst(),
        !recorded.list("held").isEmpty());
  }

  /** Returns the events of one kind from the MTA. */
  List<Json> said(String event) {
    return events.stream().filter(e -> e.has("ev") && e.string("ev").equals(event)).toList();
  }

  /** Returns the text arguments of an event or an answer. */
  static List<String> arguments(Json event) {
    return event.has("args") ? event.object("args").strings("args") : List.of();
  }

  /** Returns the macros that came before an event. */
  static Map<String, String> macros(Json event) {
    Map<String, String> macros = new TreeMap<>();
    if (event.has("macros")) {
      Json values = event.object("macros");
      values.keys().forEach(name -> macros.put(name, values.string(name)));
    }
    return macros;
  }

  @Override
  public String toString() {
    return name;
  }
}
