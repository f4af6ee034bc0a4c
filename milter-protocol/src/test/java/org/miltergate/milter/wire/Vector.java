package org.miltergate.milter.wire;

import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** One packet of the test data; {@code vectors/README.md} explains the keys. */
record Vector(JsonObject json) {
  static final String LARGE = "/vectors/17-large.json";
  private static final String SEQUENCES = "/vectors/18-sequences.json";

  /** One conversation: who says which packet. */
  record Sequence(String name, List<Vector> said) {
    Stream<Vector> commands() {
      return said.stream().filter(Vector::isCommand);
    }

    Stream<Vector> replies() {
      return said.stream().filter(vector -> !vector.isCommand());
    }

    @Override
    public String toString() {
      return name;
    }
  }

  /** All packets but the large ones. */
  static List<Vector> all() {
    return JsonResource.namesIn("/vectors").stream()
        .filter(name -> !name.equals(LARGE) && !name.equals(SEQUENCES))
        .flatMap(Vector::in)
        .toList();
  }

  static Stream<Vector> in(String file) {
    return JsonObject.array(JsonResource.read(file)).stream().map(JsonObject::of).map(Vector::new);
  }

  static List<Sequence> sequences() {
    Map<String, Vector> byName =
        all().stream().collect(Collectors.toMap(Vector::name, Function.identity()));
    return JsonObject.array(JsonResource.read(SEQUENCES)).stream()
        .map(sequence -> sequence(JsonObject.of(sequence), byName))
        .toList();
  }

  private static Sequence sequence(JsonObject sequence, Map<String, Vector> byName) {
    List<Vector> said =
        sequence.objects("steps").stream()
            .map(step -> Objects.requireNonNull(byName.get(step.string("vector"))))
            .toList();
    return new Sequence(sequence.string("name"), said);
  }

  String name() {
    return json.string("name");
  }

  boolean isCommand() {
    return json.string("direction").equals("mta->milter");
  }

  boolean isValid() {
    return (boolean) json.value("valid");
  }

  String code() {
    return json.string("code");
  }

  String error() {
    return json.string("error");
  }

  JsonObject fields() {
    return json.object("fields");
  }

  byte[] bytes() {
    if (json.has("hex")) {
      return HexFormat.of().parseHex(json.string("hex"));
    }
    String rest = json.string("fill_hex").repeat(json.number("fill_count"));
    return HexFormat.of().parseHex(json.string("prefix_hex") + rest);
  }

  ByteBuffer buffer() {
    return ByteBuffer.wrap(bytes());
  }

  @Override
  public String toString() {
    return name();
  }
}
