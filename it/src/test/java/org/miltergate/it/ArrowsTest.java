package org.miltergate.it;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The arrows between packages, as {@code docs/architecture.md} draws them. */
@AnalyzeClasses(packages = "org.miltergate", importOptions = ImportOption.DoNotIncludeTests.class)
class ArrowsTest {
  private static final String MILTER = "org.miltergate.milter.";
  private static final String GATEWAY = "org.miltergate.gateway";

  @ArchTest
  static final ArchRule arrows =
      layeredArchitecture()
          .consideringOnlyDependenciesInLayers()
          .layer("bytes")
          .definedBy(MILTER + "bytes")
          .layer("wire")
          .definedBy(MILTER + "wire")
          .layer("mail")
          .definedBy(MILTER + "mail")
          .layer("net")
          .definedBy("org.miltergate.net")
          .layer("address")
          .definedBy("org.miltergate.address")
          .layer("session")
          .definedBy(MILTER + "session")
          .layer("chain")
          .definedBy(MILTER + "chain")
          .layer("server")
          .definedBy(MILTER + "server")
          .layer("test")
          .definedBy(MILTER + "test..")
          .layer("config")
          .definedBy("org.miltergate.config..")
          .layer("smtp")
          .definedBy(GATEWAY + ".smtp")
          .layer("relay")
          .definedBy(GATEWAY + ".relay")
          .layer("bounce")
          .definedBy(GATEWAY + ".bounce")
          .layer("envelope")
          .definedBy(GATEWAY + ".envelope")
          .layer("spool")
          .definedBy(GATEWAY + ".spool")
          .layer("files")
          .definedBy(GATEWAY + ".files")
          .layer("dns")
          .definedBy(GATEWAY + ".dns")
          .layer("proxy")
          .definedBy(GATEWAY + ".proxy")
          .layer("tls")
          .definedBy(GATEWAY + ".tls")
          .layer("auth")
          .definedBy(GATEWAY + ".auth")
          .layer("envelope")
          .definedBy(GATEWAY + ".envelope")
          .layer("tls")
          .definedBy(GATEWAY + ".tls")
          .layer("auth")
          .definedBy(GATEWAY + ".auth")
          .layer("dns")
          .definedBy(GATEWAY + ".dns")
          .layer("proxy")
          .definedBy(GATEWAY + ".proxy")
          .optionalLayer("bounce")
          .definedBy(GATEWAY + ".bounce")
          .layer("check")
          .definedBy(GATEWAY + ".check")
          .layer("gateway")
          .definedBy(GATEWAY)
          .layer("app")
          .definedBy("org.miltergate.app")
          .layer("demo")
          .definedBy("org.miltergate.app.demo")
          .whereLayer("bytes")
          .mayNotAccessAnyLayer()
          .whereLayer("wire")
          .mayOnlyAccessLayers("bytes")
          .whereLayer("mail")
          .mayOnlyAccessLayers("bytes")
          .whereLayer("net")
          .mayOnlyAccessLayers("bytes", "wire")
          .whereLayer("address")
          .mayOnlyAccessLayers("net")
          .whereLayer("session")
          .mayOnlyAccessLayers("bytes", "wire", "net")
          .whereLayer("chain")
          .mayOnlyAccessLayers("bytes", "wire", "mail", "net", "session")
          .whereLayer("server")
          .mayOnlyAccessLayers("bytes", "wire", "net")
          .whereLayer("test")
          .mayOnlyAccessLayers("bytes", "wire", "net")
          .whereLayer("config")
          .mayOnlyAccessLayers("bytes", "wire", "mail", "net", "session", "chain", "address")
          .whereLayer("files")
          .mayOnlyAccessLayers("bytes", "mail")
          .whereLayer("envelope")
          .mayOnlyAccessLayers("bytes", "mail")
          .whereLayer("proxy")
          .mayOnlyAccessLayers("config", "address", "net")
          .whereLayer("dns")
          .mayOnlyAccessLayers("config", "address", "net")
          .whereLayer("tls")
          .mayOnlyAccessLayers("bytes", "net", "address", "config", "files")
          .whereLayer("relay")
          .mayOnlyAccessLayers(
              "bytes", "mail", "net", "address", "config", "files", "dns", "tls", "envelope")
          .whereLayer("bounce")
          .mayOnlyAccessLayers("bytes", "mail", "envelope", "relay")
          .whereLayer("spool")
          .mayOnlyAccessLayers("bytes", "mail", "config", "files")
          .whereLayer("auth")
          .mayOnlyAccessLayers("bytes", "net", "address", "config", "files")
          .whereLayer("smtp")
          .mayOnlyAccessLayers(
              "bytes",
              "wire",
              "mail",
              "net",
              "address",
              "session",
              "chain",
              "auth",
              "config",
              "bounce",
              "envelope",
              "relay",
              "spool",
              "dns",
              "proxy",
              "tls")
          .whereLayer("check")
          .mayOnlyAccessLayers("net", "address", "session", "config", "tls", "auth")
          .whereLayer("gateway")
          .mayOnlyBeAccessedByLayers("app", "demo")
          .whereLayer("app")
          .mayNotBeAccessedByAnyLayer()
          .whereLayer("demo")
          .mayOnlyBeAccessedByLayers("app")
          .because("docs/architecture.md says so");

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
  static final ArchRule mailTouchesNothingOutsideButTheFilesOfItsBodies =
      noClasses()
          .that()
          .resideInAPackage(MILTER + "mail")
          .and()
          .haveSimpleNameNotStartingWith("TemporaryFile")
          .and()
          .haveSimpleNameNotStartingWith("FileBody")
          .and()
          .doNotHaveSimpleName("MemoryBudget") // counts for the messages of all threads
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "java.net..", "java.nio.channels..", "java.util.concurrent..", "org.slf4j..")
          .because("edits are a matter of bytes");

  @ArchTest
  static final ArchRule onlyTheProgramKnowsItsLogAndItsCommandLine =
      noClasses()
          .that()
          .resideOutsideOfPackages("org.miltergate.app..", "org.miltergate.bench..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("ch.qos.logback..", "picocli..", "com.github.difflib..")
          .because("an embedder brings a logging library of its own");

  @ArchTest
  static final ArchRule subethaStaysInTheDialogueWithClients =
      noClasses()
          .that()
          .resideOutsideOfPackage(GATEWAY + ".listener")
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
          .doNotHaveFullyQualifiedName(MILTER + "mail.TemporaryFile")
          .and()
          .doNotHaveFullyQualifiedName(MILTER + "mail.FileBody")
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
