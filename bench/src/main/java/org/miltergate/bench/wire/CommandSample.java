package org.miltergate.bench.wire;

import java.util.List;
import java.util.function.Supplier;
import org.miltergate.bench.load.Mail;
import org.miltergate.milter.bytes.Bytes;
import org.miltergate.milter.wire.Actions;
import org.miltergate.milter.wire.ClientAddress;
import org.miltergate.milter.wire.Command;
import org.miltergate.milter.wire.MacroValue;
import org.miltergate.milter.wire.Negotiation;
import org.miltergate.milter.wire.ProtocolSteps;

/** The commands for an ordinary message. */
public enum CommandSample {
  NEGOTIATE(() ->
      new Command.Negotiate(new Negotiation(6, new Actions(0x1ff), new ProtocolSteps(0x1fffff)))),
  MACRO(() ->
      new Command.Macro(
          (byte) 'M',
          List.of(
              new MacroValue(text("i"), text("4fXyZ1")),
              new MacroValue(text("{mail_addr}"), text("alice@client.example"))))),
  CONNECT(() ->
      new Command.Connect(
          text("mail.client.example"),
          new ClientAddress(ClientAddress.Family.INET4, 40_000, text("192.0.2.1")))),
  HELO(() -> new Command.Helo(text("mail.client.example"))),
  MAIL(() -> new Command.Mail(text("<alice@client.example>"), List.of())),
  MAIL_WITH_ARGUMENTS(
      () -> new Command.Mail(text("<alice@client.example>"), List.of(text("SIZE=4096")))),
  RCPT(() -> new Command.Rcpt(text("<bob@example.org>"), List.of())),
  DATA(Command.Data::new),
  HEADER(() -> new Command.Header(text("Subject"), text("minutes of the meeting"))),
  END_OF_HEADERS(Command.EndOfHeaders::new),
  BODY_OF_1_KIB(() -> new Command.Body(Mail.chunk(1 << 10))),
  BODY_OF_4_KIB(() -> new Command.Body(Mail.chunk(1 << 12))),
  END_OF_MESSAGE(Command.EndOfMessage::new),
  UNKNOWN(() -> new Command.Unknown(text("XVERIFY bob"))),
  ABORT(Command.Abort::new),
  QUIT(Command.Quit::new);

  private final Supplier<Command> maker;

  CommandSample(Supplier<Command> maker) {
    this.maker = maker;
  }

  private static Bytes text(String text) {
    return Bytes.ofLatin1(text);
  }

  /** Returns a new record, whose texts are new too. */
  Command make() {
    return maker.get();
  }
}
