package org.miltergate.milter.test.mta;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.miltergate.milter.bytes.Bytes;
import org.miltergate.milter.mail.Mailbox;
import org.miltergate.milter.wire.ClientAddress;
import org.miltergate.milter.wire.Command;
import org.miltergate.milter.wire.MacroList;
import org.miltergate.milter.wire.MacroNames;
import org.miltergate.milter.wire.MacroStage;
import org.miltergate.milter.wire.MacroValue;
import org.miltergate.milter.wire.Negotiation;

/** The values of macros in one session, and the packets they are sent in. */
final class MacroFacts {
  private static final String QUEUE_ID = "i";
  private static final Bytes BARE_QUEUE_ID = Bytes.ofLatin1(QUEUE_ID);

  private final MtaSettings settings;
  private final Negotiation agreed;
  private final Map<Bytes, Bytes> session = new HashMap<>();
  private final Map<Bytes, Bytes> message = new HashMap<>();
  private final Map<Bytes, Bytes> recipient = new HashMap<>();

  MacroFacts(MtaSettings settings, Negotiation agreed) {
    this.settings = settings;
    this.agreed = agreed;
    put(session, "j", settings.hostname());
    put(session, "v", settings.dialect().version());
    put(session, "daemon_name", settings.dialect().daemonName(settings.hostname()));
    put(session, "daemon_addr", "127.0.0.1");
    put(session, "daemon_port", "25");
    put(session, "if_name", settings.hostname());
  }

  private static void put(Map<Bytes, Bytes> facts, String name, String value) {
    facts.put(Bytes.ofUtf8(MacroNames.bare(name)), Bytes.ofUtf8(value));
  }

  void connected(TestClient client) {
    String address = client.address().address().toUtf8String();
    String tagged =
        client.address().family() == ClientAddress.Family.INET6 ? "IPv6:" + address : address;
    put(session, "_", client.name() + " [" + address + "]");
    put(session, "client_addr", tagged);
    put(session, "client_name", client.name());
    put(session, "client_ptr", client.name());
    put(session, "client_resolve", "OK");
    put(session, "client_port", Integer.toString(client.address().port()));
    put(session, "client_connections", "1");
    client.macros().forEach((name, value) -> put(session, name, value));
  }

  void set(String name, String value) {
    put(session, name, value);
  }

  /** A message begins; what was known of the last one is forgotten. */
  void begun(Bytes sender, Map<String, String> own, String queueId) {
    message.clear();
    recipient.clear();
    address(message, "mail", sender);
    put(message, QUEUE_ID, queueId);
    own.forEach((name, value) -> put(message, name, value));
  }

  void recipient(Bytes path) {
    recipient.clear();
    address(recipient, "rcpt", path);
  }

  void refusedRecipient(TestMail.Refused refused) {
    recipient.clear();
    put(recipient, "rcpt_mailer", "error");
    put(recipient, "rcpt_host", refused.status());
    put(recipient, "rcpt_addr", refused.text());
  }

  void messageId(Bytes id) {
    message.putIfAbsent(Bytes.ofLatin1("msg_id"), id);
  }

  private void address(Map<Bytes, Bytes> facts, String kind, Bytes path) {
    String domain = Mailbox.domain(path).toUtf8String();
    facts.put(Bytes.ofLatin1(kind + "_addr"), Mailbox.withoutBrackets(path));
    put(facts, kind + "_host", settings.dialect().host(domain));
    put(facts, kind + "_mailer", domain.isEmpty() ? "local" : settings.dialect().mailer());
  }

  /**
   * Returns the packet that goes before a command, if there is one.
   *
   * @param goodRecipients number of recipients that were not refused so far
   */
  Optional<Command.Macro> packet(Stage stage, int goodRecipients) {
    Dialect dialect = settings.dialect();
    if (settings.withoutMacros() || !dialect.sendsMacros(stage)) {
      return Optional.empty();
    }
    List<MacroValue> values = new ArrayList<>();
    for (Bytes name : stage.macros().map(this::names).orElse(List.of())) {
      Bytes bare = MacroNames.bare(name);
      if (bare.equals(BARE_QUEUE_ID) && !dialect.hasQueueId(stage, goodRecipients)) {
        continue;
      }
      value(bare).ifPresent(value -> values.add(new MacroValue(name, value)));
    }
    if (dialect == Dialect.MILTERGATE) {
      values.sort((one, other) -> Boolean.compare(isEmpty(other), isEmpty(one)));
      if (values.stream().allMatch(MacroFacts::isEmpty)) {
        values.clear();
      }
    }
    return values.isEmpty() && !dialect.sendsEmptyMacros(stage)
        ? Optional.empty()
        : Optional.of(new Command.Macro(stage.letter(), values));
  }

  private static boolean isEmpty(MacroValue value) {
    return value.value().isEmpty();
  }

  private List<Bytes> names(MacroStage stage) {
    if (settings.macroLists().containsKey(stage)) {
      return settings.macroLists().get(stage);
    }
    return agreed.macroLists().stream()
        .filter(list -> list.stage() == stage.onWire())
        .reduce((one, other) -> other)
        .map(MacroList::names)
        .filter(names -> !names.isEmpty() || settings.dialect() != Dialect.POSTFIX)
        .orElseGet(() -> settings.dialect().macros(stage));
  }

  private Optional<Bytes> value(Bytes bare) {
    String name = bare.toString();
    String own = settings.macros().get(name);
    if (own != null) {
      return Optional.of(Bytes.copyOf(own.getBytes(StandardCharsets.UTF_8)));
    }
    for (Map<Bytes, Bytes> facts : List.of(recipient, message, session)) {
      Bytes value = facts.get(bare);
      if (value != null) {
        return Optional.of(value);
      }
    }
    return Optional.empty();
  }
}
