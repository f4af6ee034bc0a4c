package org.miltergate.milter.wire;

import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.miltergate.milter.bytes.Bytes;

/** Makes sound packets of every kind, and breaks packets. */
final class RandomPackets {
  private static final int[] TELLING = {0, 1, 4, 5, ' ', '-', '\r', '\n', '0', '5', 0x7f, 0xff};

  private final RandomGenerator random;

  RandomPackets(RandomGenerator random) {
    this.random = random;
  }

  Command command() {
    return switch (oneOf(CommandCode.values())) {
      case NEGOTIATE -> new Command.Negotiate(offer());
      case MACRO -> new Command.Macro((byte) random.nextInt(), macros());
      case CONNECT -> new Command.Connect(text(), address());
      case HELO -> new Command.Helo(text());
      case MAIL -> new Command.Mail(text(), texts());
      case RCPT -> new Command.Rcpt(text(), texts());
      case DATA -> new Command.Data();
      case HEADER -> new Command.Header(text(), text());
      case END_OF_HEADERS -> new Command.EndOfHeaders();
      case BODY -> new Command.Body(data(1));
      case END_OF_MESSAGE -> new Command.EndOfMessage(data(0));
      case UNKNOWN -> new Command.Unknown(text());
      case ABORT -> new Command.Abort();
      case QUIT -> new Command.Quit();
      case QUIT_KEEP_CONNECTION -> new Command.QuitKeepConnection();
    };
  }

  Reply reply() {
    return switch (oneOf(ReplyCode.values())) {
      case NEGOTIATE -> new Reply.Negotiate(wish());
      case PROGRESS -> new Reply.Progress();
      case CONTINUE -> new Reply.Continue();
      case ACCEPT -> new Reply.Accept();
      case REJECT -> new Reply.Reject();
      case TEMPFAIL -> new Reply.TempFail();
      case DISCARD -> new Reply.Discard();
      case SKIP -> new Reply.Skip();
      case SHUTDOWN -> new Reply.Shutdown();
      case CONNECTION_FAILURE -> new Reply.ConnectionFailure();
      case REPLY_CODE -> new Reply.ReplyCode(text());
      case ADD_RECIPIENT -> new Reply.AddRecipient(text());
      case ADD_RECIPIENT_WITH_ARGUMENTS ->
          new Reply.AddRecipientWithArguments(text(), optionalText());
      case DELETE_RECIPIENT -> new Reply.DeleteRecipient(text());
      case CHANGE_SENDER -> new Reply.ChangeSender(text(), optionalText());
      case ADD_HEADER -> new Reply.AddHeader(text(), text());
      case INSERT_HEADER -> new Reply.InsertHeader(random.nextInt(), text(), text());
      case CHANGE_HEADER -> new Reply.ChangeHeader(random.nextInt(), text(), text());
      case REPLACE_BODY -> new Reply.ReplaceBody(data(0));
      case QUARANTINE -> new Reply.Quarantine(text());
    };
  }

  /** Changes a few bytes of a packet; every second time its length fits again. */
  byte[] broken(byte[] packet, byte[] other) {
    List<Byte> bytes = new ArrayList<>();
    for (byte octet : packet) {
      bytes.add(octet);
    }
    for (int changes = 1 + random.nextInt(4); changes > 0; changes--) {
      change(bytes, other);
    }
    byte[] broken = new byte[bytes.size()];
    for (int i = 0; i < broken.length; i++) {
      broken[i] = bytes.get(i);
    }
    if (broken.length > 4 && random.nextBoolean()) {
      int length = broken.length - 4;
      for (int i = 0; i < 4; i++) {
        broken[i] = (byte) (length >> (24 - 8 * i));
      }
    }
    return broken;
  }

  byte[] noise() {
    byte[] noise = new byte[random.nextInt(40)];
    random.nextBytes(noise);
    for (int i = 0; i < Math.min(3, noise.length); i++) {
      noise[i] = random.nextInt(8) == 0 ? noise[i] : 0;
    }
    return noise;
  }

  private void change(List<Byte> bytes, byte[] other) {
    int at = random.nextInt(bytes.size() + 1);
    boolean atEnd = at == bytes.size();
    switch (random.nextInt(6)) {
      case 0 -> bytes.add(at, telling());
      case 1 -> bytes.subList(at, at + random.nextInt(bytes.size() - at + 1)).clear();
      case 2 -> {
        for (int i = random.nextInt(other.length); i < other.length; i++) {
          bytes.add(other[i]);
        }
      }
      case 3 -> bytes.add(at, atEnd ? telling() : bytes.get(at));
      case 4 -> {
        if (!atEnd) {
          bytes.set(at, (byte) (bytes.get(at) ^ 1 << random.nextInt(8)));
        }
      }
      default -> {
        if (!atEnd) {
          bytes.set(at, telling());
        }
      }
    }
  }

  private byte telling() {
    return (byte) TELLING[random.nextInt(TELLING.length)];
  }

  private Negotiation offer() {
    return new Negotiation(
        random.nextInt(), new Actions(random.nextInt()), new ProtocolSteps(random.nextInt()));
  }

  private Negotiation wish() {
    List<MacroList> lists =
        Stream.generate(() -> new MacroList(random.nextInt(), text()))
            .limit(random.nextInt(4))
            .toList();
    Negotiation offer = offer();
    return new Negotiation(offer.version(), offer.actions(), offer.steps(), lists);
  }

  private List<MacroValue> macros() {
    return Stream.generate(() -> new MacroValue(text(), text())).limit(random.nextInt(4)).toList();
  }

  private ClientAddress address() {
    ClientAddress.Family family = oneOf(ClientAddress.Family.values());
    return family == ClientAddress.Family.UNKNOWN
        ? ClientAddress.UNKNOWN
        : new ClientAddress(family, random.nextInt(0x10000), text());
  }

  private Bytes data(int least) {
    byte[] data = new byte[least + random.nextInt(300)];
    random.nextBytes(data);
    return Bytes.copyOf(data);
  }

  private Bytes text() {
    byte[] text = new byte[random.nextInt(random.nextInt(20) == 0 ? 2000 : 30)];
    for (int i = 0; i < text.length; i++) {
      text[i] = (byte) (1 + random.nextInt(255));
    }
    return Bytes.copyOf(text);
  }

  private List<Bytes> texts() {
    return Stream.generate(this::text).limit(random.nextInt(4)).toList();
  }

  private List<Bytes> optionalText() {
    return random.nextBoolean() ? List.of(text()) : List.of();
  }

  private <T> T oneOf(T[] values) {
    return values[random.nextInt(values.length)];
  }
}
