package org.miltergate.bench.process;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** The milters with which the gateway and Postfix are compared. */
public enum FilterSet {
  NONE("Gateway without filters"),
  NOOP("Gateway with 3 no-op filters on Unix sockets"),
  ADDING("Gateway with 3 adding filters on TCP");

  private static final int FILTERS = 3;

  private final String title;

  FilterSet(String title) {
    this.title = title;
  }

  public String title() {
    return title;
  }

  /**
   * Starts the milters, each in its own process; closing the list stops them.
   *
   * @param launcher as in {@link CProgram}
   */
  public Running start(Path folder, List<String> launcher) throws IOException {
    Running running = new Running(new ArrayList<>());
    try {
      if (this != NONE) {
        CProgram program = CProgram.compile("filter", folder, "-lmilter", "-lpthread").by(launcher);
        for (int i = 0; i < FILTERS; i++) {
          running.filters.add(
              this == NOOP
                  ? Filter.onUnixSocket(program, folder.resolve("noop" + i))
                  : Filter.onTcp(program, "add"));
        }
      }
      return running;
    } catch (IOException e) {
      running.close();
      throw e;
    }
  }

  /** Filters that run until this is closed. */
  public record Running(List<Filter> filters) implements AutoCloseable {
    @Override
    public void close() {
      filters.forEach(Filter::close);
    }
  }

  /** Reads one by its name in lower case. */
  public static final class Converter implements ITypeConverter<FilterSet> {
    @Override
    public FilterSet convert(String name) {
      for (FilterSet set : values()) {
        if (set.name().toLowerCase(Locale.ROOT).equals(name)) {
          return set;
        }
      }
      throw new TypeConversionException("'" + name + "' is not none, noop or adding");
    }
  }
}
