package org.miltergate.app.demo;

import java.util.List;

/** The three messages of the demonstration. */
final class DemoMessages {

  /**
   * One message.
   *
   * @param what it shows
   * @param content lines without line ends
   */
  record DemoMessage(String what, String sender, List<String> recipients, List<String> content) {}

  private DemoMessages() {}

  static List<DemoMessage> all() {
    return List.of(
        new DemoMessage(
            "an ordinary mail: a header field is added, the subject changed, a footer put below",
            "<alice@client.example>",
            List.of("<bob@example.org>"),
            List.of(
                "From: Alice <alice@client.example>",
                "To: Bob <bob@example.org>",
                "Subject: Lunch",
                "Date: Sat, 21 Nov 2026 12:00:00 +0000",
                "Message-ID: <1@client.example>",
                "",
                "Shall we meet at one?",
                ".",
                "The line above is a single dot.")),
        new DemoMessage(
            "spam: refused at the end of the message, in the milter's own words",
            "<mallory@client.example>",
            List.of("<bob@example.org>"),
            List.of(
                "From: Mallory <mallory@client.example>",
                "To: Bob <bob@example.org>",
                "Subject: [spam] You have won",
                "Date: Sat, 21 Nov 2026 12:00:01 +0000",
                "Message-ID: <2@client.example>",
                "",
                "Send money.")),
        new DemoMessage(
            "one recipient refused, one added, and the mail held in quarantine",
            "<alice@client.example>",
            List.of("<nobody@example.org>", "<bob@example.org>"),
            List.of(
                "From: Alice <alice@client.example>",
                "To: Bob <bob@example.org>, nobody@example.org",
                "Subject: [hold] Contract",
                "Date: Sat, 21 Nov 2026 12:00:02 +0000",
                "Message-ID: <3@client.example>",
                "",
                "Please have somebody look at this first.")));
  }
}
