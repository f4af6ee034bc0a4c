package org.miltergate.it;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.io.IOException;

/** The arrows between packages, as {@code docs/architecture.md} draws them. */
@AnalyzeClasses(packages = "org.miltergate", importOptions = ImportOption.DoNotIncludeTests.class)
class ArrowsTest {
  private static final String MILTER = "org.miltergate.milter.";
  private static final String GATEWAY = "org.miltergate.gateway";

  @ArchTest
  static void packagesUseWhatTheDocumentDraws(JavaClasses classes) throws IOException {
    assertThat(DrawnArrows.text(DrawnArrows.drawn()))
        .as("the table of packages in docs/architecture.md, without the column of duties")
        .isEqualTo(DrawnArrows.text(DrawnArrows.compiled(classes)));
  }

  @ArchTest
  static final ArchRule noPackagesUseEachOther =
      slices().matching("org.miltergate.(**)").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule packetsTouchNothingOutside =
      noClasses()
          .that()
          .resideInAPackage(MILTER + "wire")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "java.net..", "java.nio.channels..", "java.util.concurrent..", "org.slf4j..")
          .because("a decoder that touches no socket can be fuzzed and tested byte by byte");

  @ArchTest
  static final ArchRule mailTouchesNothingOutside =
      noClasses()
          .that()
          .resideInAPackage(MILTER + "mail")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "java.net..", "java.nio.channels..", "java.util.concurrent..", "org.slf4j..")
          .because("edits are a matter of bytes");

  @ArchTest
  static final ArchRule onlyTheProgramKnowsItsLogAndItsCommandLine =
      noClasses()
          .that()
          .resideOutsideOfPackages(
              "org.miltergate.app..", "org.miltergate.bench..", "org.miltergate.peers..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("ch.qos.logback..", "picocli..", "com.github.difflib..")
          .because("an embedder brings a logging library of its own");

  @ArchTest
  static final ArchRule subethaStaysInTheDialogueWithClients =
      noClasses()
          .that()
          .resideOutsideOfPackages(GATEWAY + ".listener", "org.miltergate.subethasmtp")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("org.subethamail..")
          .because("what listens can then be replaced in one package");

  @ArchTest
  static final ArchRule onlyOnePackageAsksNameServers =
      noClasses()
          .that()
          .resideOutsideOfPackage(GATEWAY + ".dns")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("org.xbill..")
          .because("a lookup has limits and a cache, which are kept in one place");

  @ArchTest
  static final ArchRule filesThatThreadsShareAreWrittenByStreams =
      noClasses()
          .that()
          .resideOutsideOfPackage(GATEWAY + ".files")
          .and()
          .doNotHaveFullyQualifiedName(MILTER + "body.TemporaryFile")
          .and()
          .doNotHaveFullyQualifiedName(MILTER + "body.FileBody")
          .should()
          .dependOnClassesThat()
          .areAssignableTo(java.nio.channels.FileChannel.class)
          .because("the interrupt of one thread closes a file channel for all others");

  @ArchTest
  static final ArchRule mailIsComposedInOnePackage =
      noClasses()
          .that()
          .resideOutsideOfPackage(GATEWAY + ".bounce")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("jakarta.mail..", "org.eclipse.angus..")
          .because("what passes through is bytes; nothing may parse and write it again");

  @ArchTest
  static final ArchRule testKitKnowsNothingOfOurSessions =
      noClasses()
          .that()
          .resideInAPackage(MILTER + "test..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(MILTER + "session..", MILTER + "chain..", MILTER + "server..")
          .because("a test kit on the code under test would share its mistakes");

  @ArchTest
  static final ArchRule clientNeedsOnlyTheLoggingFacade =
      classes()
          .that()
          .resideInAnyPackage(MILTER + "session", MILTER + "chain")
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage(
              "java..",
              "javax.net.ssl..",
              "jdk.net..",
              "org.slf4j..",
              "org.jspecify.annotations..",
              "org.miltergate.milter..",
              "org.miltergate.net")
          .because("an embedder gets no further dependency");

  @ArchTest
  static final ArchRule protocolNeedsOnlyTheJdk =
      classes()
          .that()
          .resideInAnyPackage(
              MILTER + "bytes",
              MILTER + "text",
              MILTER + "wire",
              MILTER + "body",
              MILTER + "mail",
              "org.miltergate.net")
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage(
              "java..",
              "jdk.net..",
              "org.jspecify.annotations..",
              "org.miltergate.milter..",
              "org.miltergate.net");
}
