package org.miltergate.it.scenarios;

import java.util.List;
import java.util.stream.Stream;
import org.miltergate.it.compare.Difference;
import org.miltergate.it.compare.Scenario;

/** What clients send after and around addresses: arguments of extensions, and wrong ones. */
public final class EdgeScenarios {
  private EdgeScenarios() {}

  public static Stream<Scenario> all() {
    return Stream.of(
        reports(),
        senders("arguments of reports that are none", REPORT_ARGUMENTS),
        recipients("arguments of reports that are none", RECIPIENT_ARGUMENTS),
        senders("arguments of MAIL", MAIL_ARGUMENTS),
        senders("addresses of senders", ADDRESSES),
        recipients("addresses of recipients", ADDRESSES),
        chunks(),
        noChunks(),
        withoutRights(),
        lenient(),
        addressesAsWritten());
  }

  /** Postfix's word, ours. */
  private static final List<List<String>> LENIENT =
      List.of(
          List.of("<a@client.test> RET", "555 5.5.4 Unsupported option: RET", "501"),
          List.of("<a@client.test> AUTH=<>", "250", "555 5.5.4 Unsupported option: AUTH=<>"),
          List.of("a@client.test>", "250", "501"),
          List.of("<@client.test>", "250", "501"),
          List.of("<<a@client.test>>", "250", "501"));

  private static final List<String> REPORT_ARGUMENTS =
      List.of(
          "<a@client.test> RET=FULL",
          "<a@client.test> RET=hdrs ENVID=QQ314159",
          "<a@client.test> RET=NONE",
          "<a@client.test> RET=",
          "<a@client.test> ENVID=a+2Bb",
          "<a@client.test> ENVID=a+2",
          "<a@client.test> ENVID=a+zz",
          "<a@client.test> NOTIFY=NEVER",
          "<a@client.test> ORCPT=rfc822;a@client.test");

  private static final List<String> RECIPIENT_ARGUMENTS =
      List.of(
          "<b@remote.test> NOTIFY=NEVER",
          "<b@remote.test> NOTIFY=success,failure,delay",
          "<b@remote.test> NOTIFY=NEVER,SUCCESS",
          "<b@remote.test> NOTIFY=MAYBE",
          "<b@remote.test> NOTIFY=",
          "<b@remote.test> ORCPT=rfc822;old@remote.test",
          "<b@remote.test> ORCPT=rfc822;old+2Bone@remote.test",
          "<b@remote.test> ORCPT=rfc822;old+2",
          "<b@remote.test> ORCPT=rfc822",
          "<b@remote.test> RET=FULL",
          "<b@remote.test> FOO=BAR");

  private static final List<String> MAIL_ARGUMENTS =
      List.of(
          "<a@client.test> SIZE=1000",
          "<a@client.test> SIZE=x",
          "<a@client.test> SIZE=",
          "<a@client.test> SIZE=-1",
          "<a@client.test> SIZE=999999999999",
          "<a@client.test> BODY=7BIT",
          "<a@client.test> body=8bitmime",
          "<a@client.test> BODY=BINARYMIME",
          "<a@client.test> BODY=",
          "<a@client.test> SMTPUTF8",
          "<a@client.test> FOO",
          "<a@client.test> FOO=BAR");

  private static final List<String> ADDRESSES =
      List.of(
          "<a@client.test>",
          " <a@client.test>",
          "a@client.test",
          "<a@client.test",
          "<a@client.test> <b@client.test>",
          "<\"a b\"@client.test>",
          "<\"a\\\"b\"@client.test>",
          "<a@[192.0.2.1]>",
          "<a@[192.0.2.999]>",
          "<a@client..test>",
          "<a@>",
          "",
          "Alice <a@client.test>",
          "<a b@client.test>");

  private static Scenario edge(String name) {
    return Scenario.named("edge: " + name).watcher().says("EHLO client.test");
  }

  private static Scenario reports() {
    return edge("a sender that wants reports")
        .says("MAIL FROM:<alice@client.test> RET=HDRS ENVID=QQ314159")
        .says("RCPT TO:<bob@remote.test> NOTIFY=FAILURE,DELAY ORCPT=rfc822;bob@remote.test")
        .says("RCPT TO:<eve@remote.test> NOTIFY=NEVER")
        .says("DATA")
        .sends(Letters.PLAIN)
        .says("QUIT");
  }

  private static Scenario senders(String name, List<String> arguments) {
    Scenario scenario = edge(name + " (MAIL)");
    for (String argument : arguments) {
      scenario = scenario.says("MAIL FROM:" + argument, "RSET");
    }
    return scenario.says("QUIT");
  }

  private static Scenario recipients(String name, List<String> arguments) {
    Scenario scenario = edge(name + " (RCPT)").says("MAIL FROM:<alice@client.test>");
    for (String argument : arguments) {
      scenario = scenario.says("RCPT TO:" + argument);
    }
    return scenario.says("QUIT");
  }

  private static Scenario lenient() {
    Scenario scenario = edge("what has no meaning").without(Difference.NO_GUESSING, "m1: ");
    for (List<String> each : LENIENT) {
      String command = "MAIL FROM:" + each.getFirst();
      scenario =
          scenario
              .says(command, "RSET")
              .except(
                  Difference.NO_GUESSING,
                  List.of("C: " + command, "S: " + each.get(1)),
                  List.of("C: " + command, "S: " + each.get(2)));
    }
    String notify = "RCPT TO:<b@remote.test> NOTIFY=SUCCESS,,DELAY";
    return scenario
        .says("MAIL FROM:<a@client.test>", notify, "QUIT")
        .except(
            Difference.NO_GUESSING,
            List.of("C: " + notify, "S: 250"),
            List.of("C: " + notify, "S: 501"));
  }

  private static Scenario addressesAsWritten() {
    String routed = "<@one.test,@two.test:a@client.test>";
    return edge("addresses that Postfix writes anew")
        .says("MAIL FROM:<a..b@client.test>", "RSET", "MAIL FROM:<.a@client.test>", "RSET")
        .says("MAIL FROM:<a@[IPv6:2001:db8::1]>", "RSET", "MAIL FROM:" + routed, "QUIT")
        .mask("\\{mail_addr}=[^,]*", "{mail_addr}=...")
        .except(
            Difference.NO_ROUTES,
            List.of("m1: MAIL " + routed),
            List.of("m1: MAIL <a@client.test>"));
  }

  /** The bytes of a chunk follow its command in the same line. */
  private static Scenario chunks() {
    return edge("messages in chunks")
        .says("MAIL FROM:<alice@client.test>", "RCPT TO:<bob@remote.test>")
        .says("BDAT 31\r\nFrom: <a@client.test>\r\nX: y\r\n", "BDAT 4 LAST\r\nhi")
        .says("MAIL FROM:<alice@client.test>", "RCPT TO:<bob@remote.test>")
        .says("BDAT 2\r\n", "RSET", "BDAT 2 LAST\r\n")
        .says("MAIL FROM:<alice@client.test>", "RCPT TO:<bob@remote.test>")
        .says("BDAT 2\r\n", "DATA", "MAIL FROM:<alice@client.test>", "RSET")
        .says("MAIL FROM:<alice@client.test>", "BDAT 2 LAST\r\n", "QUIT");
  }

  private static Scenario noChunks() {
    return edge("chunks that are none")
        .says("MAIL FROM:<alice@client.test>", "RCPT TO:<bob@remote.test>")
        .says("BDAT x");
  }

  private static Scenario withoutRights() {
    return edge("commands of extensions that are not offered")
        .says("AUTH PLAIN AGEAYg==", "AUTH", "AUTH *")
        .says("XCLIENT ADDR=192.0.2.1", "XFORWARD ADDR=192.0.2.1", "QUIT");
  }
}
