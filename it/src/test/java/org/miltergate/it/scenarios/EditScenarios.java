package org.miltergate.it.scenarios;

import java.util.List;
import java.util.stream.Stream;
import org.miltergate.it.compare.Difference;
import org.miltergate.it.compare.Scenario;
import org.miltergate.milter.wire.Actions.Action;
import org.miltergate.milter.wire.ProtocolSteps.Step;

/** What milters change at the end of a message, and what the next milter sees of it. */
public final class EditScenarios {
  private EditScenarios() {}

  public static Stream<Scenario> all() {
    return Stream.of(
        edits("all edits", Letters.PLAIN, allEdits()),
        edits("add and insert", Letters.PLAIN, additions()),
        edits("insert at 0 three times", Letters.PLAIN, insertsOnTop()),
        edits("insert at 0 to 3 in a row", Letters.PLAIN, insertsInARow()),
        edits("delete 1 twice", Letters.TRIPLE, "CHGHEADER 1 X-A|", "CHGHEADER 1 X-A|"),
        edits("delete 1, change 2", Letters.TRIPLE, "CHGHEADER 1 X-A|", "CHGHEADER 2 X-A|new"),
        edits("delete 1, change 1", Letters.TRIPLE, "CHGHEADER 1 x-A|", "CHGHEADER 1 X-A|new"),
        edits("delete from the last", Letters.TRIPLE, deletesFromTheLast()),
        edits("change beyond the last", Letters.TRIPLE, changesBeyondTheLast()),
        edits("change what was inserted", Letters.TRIPLE, changesOfInserted()),
        edits("change the first Received", Letters.PLAIN, "CHGHEADER 1 Received|from nowhere"),
        edits("values with line ends", Letters.PLAIN, valuesWithLineEnds())
            .except(
                Difference.LINE_ENDS_IN_VALUES,
                List.of("m2: HEADER X-CRLF|one\\r\\n two"),
                List.of("m2: HEADER X-CRLF|one\\n two"))
            .except(
                Difference.LINE_ENDS_IN_VALUES,
                List.of("| X-CRLF: one\\r"),
                List.of("| X-CRLF: one")),
        edits("odd values", Letters.PLAIN, oddValues())
            .except(
                Difference.EIGHT_BIT_EDITS_ARE_DECLARED,
                List.of("next hop: MAIL FROM:<alice@client.test>"),
                List.of("next hop: MAIL FROM:<alice@client.test> BODY=8BITMIME")),
        leadingSpace(),
        edits(
            "body in pieces", Letters.PLAIN, "REPLBODY one\\r", "REPLBODY \\ntwo", "REPLBODY \\n"),
        edits("body without line end", Letters.PLAIN, "REPLBODY .dot\\n..dots\\nend"),
        edits("empty body", Letters.PLAIN, "REPLBODY"),
        edits("body for a message without one", Letters.NO_BODY, "REPLBODY new\\r\\n"),
        edits("field for a message without header", Letters.NO_HEADER, "ADDHEADER X-A|a"),
        edits("field where no empty line is", Letters.NO_EMPTY_LINE, "ADDHEADER X-A|a"),
        edits("field where the header ends early", Letters.LINE_WITHOUT_COLON, "ADDHEADER X-A|a"),
        edits("all recipients deleted", Letters.PLAIN, "DELRCPT <bob@remote.test>"),
        edits("deleted and added again", Letters.PLAIN, deletedAndAdded()),
        edits("recipients in odd forms", Letters.PLAIN, oddRecipients()),
        edits(
            "recipient with arguments", Letters.PLAIN, "ADDRCPT_PAR <d@remote.test> NOTIFY=NEVER"),
        edits("null sender", Letters.PLAIN, "CHGFROM <>"),
        edits("sender with arguments", Letters.PLAIN, "CHGFROM <c@client.test> RET=HDRS"),
        edits("progress between edits", Letters.PLAIN, progress()),
        bodyInTwoPlaces(),
        edits("recipients that are there", Letters.PLAIN, recipientsThatAreThere())
            .except(
                Difference.RECIPIENTS_ONCE,
                List.of(
                    "next hop: RCPT TO:<bob@remote.test>", "next hop: RCPT TO:<bob@remote.test>"),
                List.of("next hop: RCPT TO:<bob@remote.test>")),
        notAgreed(),
        twoMilters(),
        twoBodies(),
        refusedAfterEdits());
  }

  private static Scenario edits(String name, String message, String... replies) {
    return Scenario.named("edits: " + name)
        .milter(milter -> milter.on("EOM", then(replies, "CONTINUE")))
        .watcher()
        .delivers(message, "bob@remote.test")
        .says("QUIT");
  }

  static String[] then(String[] replies, String last) {
    return Stream.concat(Stream.of(replies), Stream.of(last)).toArray(String[]::new);
  }

  private static String[] allEdits() {
    return new String[] {
      "ADDHEADER X-Added|a",
      "INSHEADER 1 X-Inserted|i",
      "CHGHEADER 1 Subject|changed",
      "CHGFROM <carol@client.test>",
      "ADDRCPT <dave@remote.test>",
      "DELRCPT <bob@remote.test>",
      "REPLBODY new body\\r\\n"
    };
  }

  private static String[] additions() {
    return new String[] {
      "ADDHEADER X-A|1",
      "ADDHEADER From|2",
      "INSHEADER 2 X-B|3",
      "INSHEADER 99 X-C|4",
      "INSHEADER 4294967295 X-D|5"
    };
  }

  private static String[] insertsOnTop() {
    return new String[] {"INSHEADER 0 X-A|1", "INSHEADER 0 X-B|2", "INSHEADER 0 X-C|3"};
  }

  private static String[] insertsInARow() {
    return new String[] {
      "INSHEADER 0 X-A|0", "INSHEADER 1 X-B|1", "INSHEADER 2 X-C|2", "INSHEADER 3 X-D|3"
    };
  }

  private static String[] deletesFromTheLast() {
    return new String[] {"CHGHEADER 3 X-A|", "CHGHEADER 2 X-A|", "CHGHEADER 1 X-A|"};
  }

  private static String[] changesBeyondTheLast() {
    return new String[] {
      "CHGHEADER 4 X-A|four",
      "CHGHEADER 9 X-A|",
      "CHGHEADER 0 X-A|zero",
      "CHGHEADER 1 X-New|new",
      "CHGHEADER 4294967295 X-A|far"
    };
  }

  private static String[] changesOfInserted() {
    return new String[] {"INSHEADER 1 X-A|top", "CHGHEADER 1 X-A|changed", "CHGHEADER 2 X-A|"};
  }

  private static String[] valuesWithLineEnds() {
    return new String[] {
      "ADDHEADER X-Fold|one\\n two\\n\\tthree",
      "ADDHEADER X-Bare|one\\ntwo",
      "ADDHEADER X-CRLF|one\\r\\n two",
    };
  }

  private static String[] oddValues() {
    return new String[] {
      "ADDHEADER X-Empty|",
      "INSHEADER 1 X-Empty-Too|",
      "ADDHEADER X-Blank|\\x20lead",
      "ADDHEADER X-Latin-1|caf\\xe9",
      "ADDHEADER X-Tab|\\ttab"
    };
  }

  private static Scenario leadingSpace() {
    return Scenario.named("edits: leading space agreed")
        .milter(milter ->
            milter
                .steps(Step.LEADING_SPACE)
                .on(
                    "EOM",
                    "ADDHEADER X-A|none",
                    "ADDHEADER X-B|\\x20one",
                    "INSHEADER 1 X-C|\\ttab",
                    "CHGHEADER 1 Subject|\\x20\\x20two",
                    "CONTINUE"))
        .watcher()
        .delivers(Letters.ODD_HEADER, "bob@remote.test")
        .says("QUIT");
  }

  private static String[] deletedAndAdded() {
    return new String[] {"DELRCPT <bob@remote.test>", "ADDRCPT <bob@remote.test>"};
  }

  private static String[] oddRecipients() {
    return new String[] {
      "ADDRCPT dave@remote.test", "DELRCPT <nobody@remote.test>", "DELRCPT <BOB@remote.test>"
    };
  }

  private static String[] progress() {
    return new String[] {
      "PROGRESS", "ADDHEADER X-A|a", "PROGRESS", "REPLBODY new\\r\\n", "PROGRESS", "PROGRESS"
    };
  }

  /** Postfix refuses the message, so there is nothing to compare after the reply. */
  private static Scenario bodyInTwoPlaces() {
    String[] replies = {"REPLBODY one\\r\\n", "ADDHEADER X-A|a", "REPLBODY two\\r\\n"};
    return edits("body in two places", Letters.PLAIN, replies)
        .except(
            Difference.BODY_IN_SEVERAL_PLACES,
            List.of("S: 451 4.3.5 Server configuration problem - try again later"),
            List.of("S: 250"))
        .without(Difference.BODY_IN_SEVERAL_PLACES, "m2: ")
        .without(Difference.BODY_IN_SEVERAL_PLACES, "next hop: ")
        .without(Difference.BODY_IN_SEVERAL_PLACES, "| ");
  }

  private static String[] recipientsThatAreThere() {
    return new String[] {
      "ADDRCPT <bob@remote.test>",
      "ADDRCPT <bob@REMOTE.test>",
      "ADDRCPT <dave@remote.test>",
      "ADDRCPT <dave@remote.test>"
    };
  }

  private static Scenario notAgreed() {
    return Scenario.named("edits: that were not agreed")
        .milter(milter ->
            milter
                .actions(Action.CHANGE_BODY)
                .on("EOM", "ADDHEADER X-A|a", "ADDRCPT <dave@remote.test>", "CONTINUE"))
        .watcher()
        .delivers(Letters.PLAIN, "bob@remote.test")
        .says("QUIT");
  }

  private static Scenario twoMilters() {
    return Scenario.named("edits: of two milters")
        .milter(milter ->
            milter.on(
                "EOM",
                "INSHEADER 0 X-First|a",
                "CHGHEADER 1 Subject|first",
                "ADDRCPT <dave@remote.test>",
                "ACCEPT"))
        .milter(milter ->
            milter.on(
                "EOM",
                "INSHEADER 0 X-Second|b",
                "CHGHEADER 1 X-First|",
                "DELRCPT <dave@remote.test>",
                "ADDHEADER Subject|second",
                "CONTINUE"))
        .watcher()
        .delivers(Letters.PLAIN, "bob@remote.test", "eve@remote.test")
        .says("QUIT");
  }

  private static Scenario twoBodies() {
    return Scenario.named("edits: two milters replace the body")
        .milter(milter -> milter.on("EOM", "REPLBODY first\\r\\n", "CONTINUE"))
        .milter(milter -> milter.on("EOM", "REPLBODY second\\r\\n", "CONTINUE"))
        .watcher()
        .delivers(Letters.PLAIN, "bob@remote.test")
        .says("QUIT");
  }

  private static Scenario refusedAfterEdits() {
    return Scenario.named("edits: then refused")
        .milter(milter -> milter.on("EOM", "ADDHEADER X-A|a", "REPLBODY new\\r\\n", "REJECT"))
        .watcher()
        .delivers(Letters.PLAIN, "bob@remote.test")
        .delivers(Letters.PLAIN, "bob@remote.test")
        .says("QUIT");
  }
}
