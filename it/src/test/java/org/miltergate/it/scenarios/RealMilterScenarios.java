package org.miltergate.it.scenarios;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.miltergate.it.compare.Scenario;
import org.miltergate.peers.TestMails;
import org.miltergate.peers.milters.AmavisdMilter;
import org.miltergate.peers.milters.ClamavMilter;
import org.miltergate.peers.milters.CompiledFilter;
import org.miltergate.peers.milters.DkimKey;
import org.miltergate.peers.milters.DkimpyMilter;
import org.miltergate.peers.milters.LibmilterSample;
import org.miltergate.peers.milters.Mimedefang;
import org.miltergate.peers.milters.Opendkim;
import org.miltergate.peers.milters.Opendmarc;
import org.miltergate.peers.milters.PyspfMilter;
import org.miltergate.peers.milters.RealMilter;
import org.miltergate.peers.milters.Rspamd;
import org.miltergate.peers.milters.ScriptSample;
import org.miltergate.peers.milters.SpamassMilter;
import org.miltergate.peers.process.Lab;

/** What the real milters are sent, and what happens to ham, spam and a virus with each. */
public final class RealMilterScenarios {
  private RealMilterScenarios() {}

  public static Stream<Scenario> all() {
    return Stream.of(
        ham("opendkim signs", folder -> Opendkim.sign(folder, key(folder)))
            .mask("t=\\d+", "t=...")
            .mask("^\\| \t(b=| ).*", ""),
        ham("dkimpy-milter signs", folder -> DkimpyMilter.sign(folder, key(folder)))
            .mask("t=\\d+", "t=...")
            .mask("^\\|  ?\\S{30,}.*", "")
            .mask(" b=.*", ""),
        ham("opendmarc", Opendmarc::start)
            .mask("(DMARC-Filter: \\S+ \\S+ \\S+ \\S+) \\S+", "$1 (id)"),
        // Its fields come in any order.
        hamAndSpam("rspamd", Rspamd::start).mask("^\\| (X-|\t).*", ""),
        hamAndSpam("spamass-milter", SpamassMilter::rejecting),
        hamAndSpam(
                "spamass-milter with a bucket",
                folder -> SpamassMilter.redirecting(folder, "spambucket@remote.test"))
            .mask("----------=_\\w+\\.\\w+", "(boundary)"),
        hamAndVirus("clamav-milter rejects", ClamavMilter::rejecting),
        hamAndVirus("clamav-milter quarantines", ClamavMilter::quarantining),
        hamAndVirus("clamav-milter discards", ClamavMilter::discarding),
        hamAndVirus("mimedefang", Mimedefang::start),
        hamAndSpam("amavisd-milter", AmavisdMilter::start)
            .mask("id=[0-9-]+", "id=...")
            .mask("autolearn=\\w+", "autolearn=..."),
        ham("pyspf-milter", PyspfMilter::start),
        hamAndSpam("pymilter", ScriptSample::pymilter),
        hamAndSpam("Sendmail::PMilter", ScriptSample::pmilter),
        hamAndSpam("Sendmail::Milter", ScriptSample::sendmailMilter),
        ham("libmilter's sample", LibmilterSample::start).mask("msg\\.\\w+", "msg"),
        hamAndSpam("a libmilter filter of all edits", RealMilterScenarios::allEdits),
        chain());
  }

  private static Scenario real(String name, Lab.Starter<RealMilter> milter) {
    return Scenario.named("real: " + name).realMilter(milter);
  }

  private static Scenario ham(String name, Lab.Starter<RealMilter> milter) {
    return real(name, milter).delivers(text(TestMails.ham()), TestMails.RECIPIENT).says("QUIT");
  }

  private static Scenario hamAndSpam(String name, Lab.Starter<RealMilter> milter) {
    return both(real(name, milter), TestMails.spam());
  }

  private static Scenario hamAndVirus(String name, Lab.Starter<RealMilter> milter) {
    return both(real(name, milter), TestMails.virus());
  }

  private static Scenario both(Scenario start, byte[] second) {
    return start
        .delivers(text(TestMails.ham()), TestMails.RECIPIENT)
        .says("MAIL FROM:<second@client.test>", "RCPT TO:<bob@remote.test>", "DATA")
        .sends(text(second))
        .says("QUIT");
  }

  private static String text(byte[] message) {
    return new String(message, StandardCharsets.ISO_8859_1).replace("\r\n", "\n");
  }

  private static DkimKey key(Path folder) throws IOException {
    return DkimKey.generate(Files.createDirectory(folder.resolve("key")), "client.test", "sel");
  }

  private static RealMilter allEdits(Path folder) throws IOException {
    return CompiledFilter.start(
        folder,
        "addheader=X-A:one\\n two",
        "insheader=0:X-B:top",
        "insheader=1:X-C:below",
        "chgheader=1:Subject:changed",
        "chgheader=1:MIME-Version:",
        "progress=10",
        "replbody=new\\nbody without end",
        "chgfrom=<carol@client.test>",
        "addrcpt=<dave@remote.test>",
        "addrcptpar=<erin@remote.test>:NOTIFY=NEVER",
        "delrcpt=<bob@remote.test>");
  }

  /** A scanner, a filter that changes everything, and a signer that has to see its result. */
  private static Scenario chain() {
    return hamAndVirus("clamav-milter, mimedefang, opendkim", ClamavMilter::rejecting)
        .realMilter(Mimedefang::start)
        .realMilter(folder -> Opendkim.sign(folder, key(folder)))
        .mask("t=\\d+", "t=...")
        .mask("^\\| \t(b=| ).*", "");
  }
}
