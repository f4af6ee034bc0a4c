package org.miltergate.peers;

import java.nio.charset.StandardCharsets;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;

/**
 * The messages that the tests send, with CRLF line ends.
 *
 * <p>The test strings are assembled here, so that no scanner objects to the source.
 */
public final class TestMails {
  public static final String SENDER = "alice@client.test";
  public static final String RECIPIENT = "bob@remote.test";

  /** Every mail server under test refuses it by itself: {@code 550 5.1.1}. */
  public static final String REFUSED_RECIPIENT = "refused@remote.test";

  /** The line that every spam filter treats as spam. */
  public static final String GTUBE =
      String.join("-", "XJS*C4JDBQADN1.NSBN3*2IDNEN*GTUBE", "STANDARD-ANTI-UBE-TEST-EMAIL*C.34X");

  /** The text that every virus scanner treats as a virus; here the tests' own signature does. */
  public static final String EICAR =
      String.join("-", "X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR", "STANDARD-ANTIVIRUS-TEST-FILE!$H+H*");

  /** Spam filters count it against a message that its date is long ago or to come. */
  private static final String HEADER =
      """
      From: Alice <alice@client.test>
      To: Bob <bob@remote.test>
      Subject: minutes
      Date: %s
      Message-ID: <minutes-1@client.test>
      MIME-Version: 1.0
      """
          .formatted(
              DateTimeFormatter.RFC_1123_DATE_TIME.format(ZonedDateTime.now(ZoneOffset.UTC)));

  private static final String TEXT =
      """
      Dear Bob,

      the minutes of the meeting are ready; lunch on Tuesday?

      Alice
      """;

  private TestMails() {}

  /** A plain text without anything to object to. */
  public static byte[] ham() {
    return crlf(HEADER + "Content-Type: text/plain; charset=us-ascii\n\n" + TEXT);
  }

  /** A plain text with the GTUBE line. */
  public static byte[] spam() {
    return crlf(HEADER + "Content-Type: text/plain; charset=us-ascii\n\n" + TEXT + GTUBE + "\n");
  }

  /** Two parts, the second of which is the EICAR file. */
  public static byte[] virus() {
    return crlf(
        HEADER
            + "Content-Type: multipart/mixed; boundary=\"cut\"\n\n--cut\n"
            + "Content-Type: text/plain; charset=us-ascii\n\n"
            + TEXT
            + "--cut\nContent-Type: application/octet-stream\n"
            + "Content-Disposition: attachment; filename=\"eicar.com\"\n\n"
            + EICAR
            + "\n--cut--\n");
  }

  /** Turns LF into CRLF; each char becomes one byte (ISO 8859-1). */
  public static byte[] crlf(String text) {
    return text.replace("\n", "\r\n").getBytes(StandardCharsets.ISO_8859_1);
  }
}
