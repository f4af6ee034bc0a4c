package org.miltergate.milter.dsn;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.miltergate.milter.bytes.Bytes;

class DsnArgumentsTest {
  private static SenderDsn sender(String... arguments) {
    return SenderDsn.of(bytes(arguments));
  }

  private static RecipientDsn recipient(String... arguments) {
    return RecipientDsn.of(bytes(arguments));
  }

  private static List<Bytes> bytes(String... texts) {
    return Stream.of(texts).map(Bytes::ofUtf8).toList();
  }

  @Test
  void senderSaysHowMuchComesBackAndWhatTheMessageIsCalled() {
    SenderDsn dsn = sender("SIZE=5", "ret=hdrs", "ENVID=QQ+2b3+20x");

    assertThat(dsn.returned()).contains(SenderDsn.Returned.HDRS);
    assertThat(dsn.envelopeId()).contains(Bytes.ofLatin1("QQ+3 x"));
    assertThat(dsn.arguments()).isEqualTo(bytes("RET=HDRS", "ENVID=QQ+2B3+20x"));
  }

  @Test
  void whatASenderDidNotSayIsNotSaid() {
    assertThat(sender("SIZE=5").arguments()).isEmpty();
    assertThat(recipient().arguments()).isEmpty();
    assertThat(recipient().wantsFailure()).isTrue();
    assertThat(recipient().wantsSuccess()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "+", "+4", "+4g", "+0A", "+7F", "+80", "a b", "\u00e9"})
  void envelopeIdsThatAreNoneAreAsIfNotThere(String value) {
    assertThat(sender("ENVID=" + value).envelopeId()).isEmpty();
  }

  @Test
  void anEnvelopeIdHasAHundredBytesAtMost() {
    assertThat(sender("ENVID=" + "x".repeat(100)).envelopeId()).isPresent();
    assertThat(sender("ENVID=" + "x".repeat(101)).envelopeId()).isEmpty();
  }

  @ParameterizedTest(name = "{0} -> {1}")
  @CsvSource(
      delimiter = '|',
      value = {
        "never|NEVER",
        "SUCCESS|SUCCESS",
        "delay,Failure|FAILURE,DELAY",
        "SUCCESS,FAILURE,DELAY|SUCCESS,FAILURE,DELAY",
        "DELAY,DELAY|DELAY",
      })
  void recipientSaysWhenToReport(String written, String passedOn) {
    assertThat(recipient("NOTIFY=" + written).arguments()).isEqualTo(bytes("NOTIFY=" + passedOn));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "NEVER,SUCCESS", "FAILURE,NEVER", "SUCCESS,", ",", "ALWAYS", "FAILURE DELAY"})
  void listsThatAreNoneAreRefused(String value) {
    assertThat(Notify.parse(Bytes.ofLatin1(value))).isEmpty();
  }

  @Test
  void failureIsReportedUnlessTheSenderWantsNone() {
    assertThat(recipient("NOTIFY=NEVER").wantsFailure()).isFalse();
    assertThat(recipient("NOTIFY=SUCCESS,DELAY").wantsFailure()).isFalse();
    assertThat(recipient("NOTIFY=FAILURE").wantsFailure()).isTrue();
    assertThat(recipient("NOTIFY=SUCCESS").notifyOn()).isEqualTo(Set.of(Notify.SUCCESS));
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      value = {
        "rfc822;bob@here.test|bob@here.test|rfc822;bob@here.test",
        "rfc822;bob+2Bx@here.test|bob+x@here.test|rfc822;bob+2Bx@here.test",
        "rfc822;a=b@here.test|a=b@here.test|rfc822;a+3Db@here.test",
        "X400;/c=x/|/c=x/|X400;/c+3Dx/",
        "utf-8;j\\x{F6}rg@here.test|jörg@here.test|utf-8;j\\x{F6}rg@here.test",
        "utf-8;jörg@here.test|jörg@here.test|utf-8;j\\x{F6}rg@here.test",
        "UTF-8;\\x{5C}\\x{1F600}@here.test|\\\uD83D\uDE00@here.test|UTF-8;\\x{5C}\\x{1F600}@here.test",
      })
  void originalRecipientsAreDecodedAndPassedOnInAscii(
      String written, String address, String passedOn) {
    OriginalRecipient original = OriginalRecipient.parse(Bytes.ofUtf8(written)).orElseThrow();

    assertThat(original.address()).isEqualTo(Bytes.ofUtf8(address));
    assertThat(recipient("ORCPT=" + written).arguments()).isEqualTo(bytes("ORCPT=" + passedOn));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "rfc822",
        "rfc822;",
        ";a@b.test",
        "rf c;a@b.test",
        "rf(c;a@b.test",
        "rfc822;a+",
        "rfc822;a+0D+0Ab",
        "rfc822;jörg@b.test",
        "utf-8;\\x{}",
        "utf-8;\\x{D800}",
        "utf-8;\\x{110000}",
        "utf-8;a\\b",
        "utf-8;\\x{0A}",
        "utf-8;"
      })
  void originalRecipientsThatAreNoneAreRefused(String value) {
    assertThat(OriginalRecipient.parse(Bytes.ofUtf8(value))).isEmpty();
  }

  @Test
  void originalRecipientHasFiveHundredBytesAtMost() {
    Optional<OriginalRecipient> longest =
        OriginalRecipient.parse(Bytes.ofLatin1("rfc822;" + "x".repeat(493)));
    assertThat(longest).isPresent();
    assertThat(OriginalRecipient.parse(Bytes.ofLatin1("rfc822;" + "x".repeat(494)))).isEmpty();
  }

  @Test
  void invalidUtf8IsNoAddress() {
    Bytes value = Bytes.ofLatin1("utf-8;j\u00f6rg@here.test");

    assertThat(OriginalRecipient.parse(value)).isEmpty();
  }

  @Test
  void anyBytesSurviveTheEncoding() {
    Random random = new Random(7);
    for (int i = 0; i < 2000; i++) {
      byte[] raw = new byte[random.nextInt(20)];
      random.nextBytes(raw);
      Bytes text = Bytes.copyOf(raw);

      Bytes encoded = Xtext.encode(text);

      assertThat(Xtext.decode(encoded)).contains(text);
      assertThat(encoded.toString()).matches("[!-~]*");
      Xtext.decode(text);
      OriginalRecipient.parse(text);
      OriginalRecipient.parse(Bytes.ofLatin1("utf-8;").concat(text));
    }
  }
}
