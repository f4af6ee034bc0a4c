package org.miltergate.gateway.auth;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.miltergate.config.auth.PasswordHash;

/** Users and the hashes of their passwords, by prepared names. Immutable and thread-safe. */
final class UserTable implements PasswordHashes {
  static final UserTable EMPTY = new UserTable(new Builder());

  private final Map<String, PasswordHash> byName;
  private final List<PasswordHash> models;

  private UserTable(Builder builder) {
    byName = Map.copyOf(builder.byName);
    models = List.copyOf(builder.byName.values());
  }

  @Override
  public Optional<PasswordHash> find(String name) {
    return Optional.ofNullable(byName.get(name));
  }

  int size() {
    return models.size();
  }

  /** Chooses one of the existing hashes, so that unknown users look like known ones. */
  @Override
  public PasswordHash model(int choice) {
    return models.isEmpty() ? Passwords.MODEL : models.get(choice % models.size());
  }

  /** Collects users. Not thread-safe. */
  static final class Builder {
    private final Map<String, PasswordHash> byName = new LinkedHashMap<>();

    /**
     * Adds a user.
     *
     * @throws IllegalArgumentException if no user can have that name, or one already has it
     */
    Builder add(String name, PasswordHash hash) {
      String prepared =
          SaslPrep.name(name)
              .orElseThrow(
                  () -> new IllegalArgumentException("a name is empty, too long or forbidden"));
      if (byName.putIfAbsent(prepared, hash) != null) {
        throw new IllegalArgumentException("user '" + prepared + "' occurs twice");
      }
      return this;
    }

    UserTable build() {
      return new UserTable(this);
    }
  }
}
