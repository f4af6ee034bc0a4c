package org.miltergate.it.packages;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.miltergate.it.packages.Packages.Ended;
import org.miltergate.peers.process.Programs;

/**
 * The Debian packages, in a root of their own: the maintainer scripts run outside of it and are
 * told by {@code DPKG_ROOT}. No service is started there.
 */
@Timeout(240)
class DebianIT {
  private static final String CONFIGURATION = "etc/miltergate/miltergate.yaml";
  private static final String MAIL = "var/lib/miltergate/quarantine/4Q.eml";

  @TempDir Path temporary;
  private Path root;

  @BeforeEach
  void makeRoot() throws IOException {
    Programs.require("dpkg");
    Programs.require("systemd-sysusers");
    Programs.requireRoot();
    root = Files.createDirectory(temporary.resolve("root"));
    Files.setPosixFilePermissions(temporary, PosixFilePermissions.fromString("rwxr-xr-x"));
    for (String folder : List.of("etc", "usr", "var/lib/dpkg/info", "var/lib/dpkg/updates")) {
      Files.createDirectories(root.resolve(folder));
    }
    installed("java-of-the-test", "java21-runtime-headless");
  }

  /** Makes dpkg believe that systemd is installed, and a package that provides something. */
  private void installed(String name, String provides) throws IOException {
    String status = "";
    for (String entry :
        List.of("systemd:none", name + ":" + provides, "libc6:none", "zlib1g:none")) {
      status +=
          """
          Package: %s
          Status: install ok installed
          Architecture: all
          Maintainer: nobody
          Version: 99
          Provides: %s
          Description: stands for the real one

          """
              .formatted((Object[]) entry.split(":"));
    }
    Files.writeString(root.resolve("var/lib/dpkg/status"), status);
  }

  private Ended dpkg(String... arguments) throws IOException, InterruptedException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Programs.require("dpkg").toString(),
                "--root=" + root,
                "--force-script-chrootless",
                "--log=" + temporary.resolve("dpkg.log"),
                "--no-triggers"));
    command.addAll(List.of(arguments));
    return Packages.run(temporary, Packages.java(), command);
  }

  private void succeed(String... arguments) throws IOException, InterruptedException {
    Ended ended = dpkg(arguments);
    assertThat(ended.status()).as(ended.output()).isZero();
  }

  /** Packs the same again as a later version, whose configuration has changed. */
  private Path nextVersion() throws IOException, InterruptedException {
    Path tree = temporary.resolve("next");
    String deb = Programs.require("dpkg-deb").toString();
    Path next = temporary.resolve("next.deb");
    Map<String, String> none = Map.of();
    assertThat(
            Packages.run(
                temporary, none, List.of(deb, "-R", Packages.deb().toString(), tree.toString())))
        .isEqualTo(new Ended(0, ""));
    Path control = tree.resolve("DEBIAN/control");
    Files.writeString(
        control, Files.readString(control).replaceFirst("\nVersion: .*", "\nVersion: 9999"));
    Path configuration = tree.resolve(CONFIGURATION);
    Files.writeString(configuration, Files.readString(configuration) + "# of the next version\n");
    assertThat(
            Packages.run(
                    temporary, none, List.of(deb, "-Znone", "-b", tree.toString(), next.toString()))
                .status())
        .isZero();
    return next;
  }

  private void holdMail() throws IOException {
    Files.createDirectories(root.resolve(MAIL).getParent());
    Files.writeString(root.resolve(MAIL), "Subject: held\r\n\r\nbody\r\n");
  }

  @Test
  void installsUserDirectoriesUnitAndConfiguration() throws Exception {
    succeed("-i", Packages.deb().toString());

    assertThat(root.resolve("usr/lib/systemd/system/miltergate.service"))
        .content()
        .contains("User=miltergate", "--config /etc/miltergate/miltergate.yaml");
    assertThat(root.resolve("etc/systemd/system/multi-user.target.wants/miltergate.service"))
        .isSymbolicLink();
    List<String> user =
        Files.readAllLines(root.resolve("etc/passwd")).stream()
            .filter(line -> line.startsWith("miltergate:"))
            .toList();
    assertThat(user).hasSize(1);
    Path state = root.resolve("var/lib/miltergate");
    assertThat(Files.getAttribute(state, "unix:uid").toString())
        .isEqualTo(user.getFirst().split(":")[2]);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(state)))
        .isEqualTo("rwx------");
    assertThat(
            PosixFilePermissions.toString(
                Files.getPosixFilePermissions(root.resolve("etc/miltergate"))))
        .as("where passwords may be")
        .isEqualTo("rwxr-x---");
    Ended version =
        Packages.run(
            temporary,
            Packages.java(),
            List.of(root.resolve("usr/bin/miltergate").toString(), "--version"));
    assertThat(version.output()).startsWith("miltergate ");
  }

  @Test
  void filesAreRootsAndNobodyElseCanWriteThem() throws Exception {
    succeed("-i", Packages.deb().toString());

    Set<String> wrong = new TreeSet<>();
    for (String line : Files.readAllLines(root.resolve("var/lib/dpkg/info/miltergate.list"))) {
      Path file = root.resolve(line.substring(1));
      PosixFileAttributes attributes =
          Files.readAttributes(file, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
      String mode = PosixFilePermissions.toString(attributes.permissions());
      if (!attributes.owner().getName().equals("root")
          || !attributes.isSymbolicLink() && !mode.matches("rw[x-]r-[x-](r-[x-]|---)")) {
        wrong.add(line + " " + mode);
      }
    }
    assertThat(wrong).isEmpty();
  }

  @Test
  void anEditedConfigurationAndMailSurviveAnUpgrade() throws Exception {
    succeed("-i", Packages.deb().toString());
    Path configuration = root.resolve(CONFIGURATION);
    String edited = Files.readString(configuration).replace("localhost", "mx.example.org");
    Files.writeString(configuration, edited);
    holdMail();

    succeed("--force-confold", "-i", nextVersion().toString());

    assertThat(configuration).hasContent(edited);
    assertThat(root.resolve(CONFIGURATION + ".dpkg-dist")).content().contains("next version");
    assertThat(root.resolve(MAIL)).exists();
  }

  @Test
  void aConfigurationThatIsNotEditedIsReplacedByAnUpgrade() throws Exception {
    succeed("-i", Packages.deb().toString());

    succeed("-i", nextVersion().toString());

    assertThat(root.resolve(CONFIGURATION)).content().endsWith("# of the next version\n");
  }

  @Test
  void aWrongConfigurationIsNamedAndTheServiceLeftAlone() throws Exception {
    succeed("-i", Packages.deb().toString());
    Path configuration = root.resolve(CONFIGURATION);
    Files.writeString(configuration, Files.readString(configuration) + "listners: []\n");

    Ended upgrade = dpkg("--force-confold", "-i", nextVersion().toString());

    assertThat(upgrade.status()).as(upgrade.output()).isZero();
    assertThat(upgrade.output())
        .contains(
            "did you mean 'listeners'?",
            "has a problem, so the service is not restarted; correct it, then: systemctl restart");
  }

  @Test
  void mailSurvivesRemovalAndPurge() throws Exception {
    succeed("-i", Packages.deb().toString());
    holdMail();
    Files.createDirectories(root.resolve("var/lib/miltergate/mail/new"));
    Files.writeString(root.resolve("var/cache/miltergate/miltergate.aot"), "");

    succeed("-r", "miltergate");

    assertThat(root.resolve("usr/bin/miltergate")).doesNotExist();
    assertThat(root.resolve("usr/share/miltergate")).doesNotExist();
    assertThat(root.resolve(CONFIGURATION)).exists();
    assertThat(root.resolve(MAIL)).exists();

    Ended purged = dpkg("-P", "miltergate");

    assertThat(purged.status()).as(purged.output()).isZero();
    assertThat(purged.output()).contains("/var/lib/miltergate is kept");
    assertThat(root.resolve("etc/miltergate")).doesNotExist();
    assertThat(root.resolve("var/cache/miltergate")).doesNotExist();
    assertThat(root.resolve("var/lib/miltergate/mail")).doesNotExist();
    assertThat(root.resolve(MAIL)).content().startsWith("Subject: held");
  }

  @Test
  void aPurgeWithoutMailLeavesNothing() throws Exception {
    succeed("-i", Packages.deb().toString());

    succeed("-P", "miltergate");

    assertThat(root.resolve("var/lib/miltergate")).doesNotExist();
    assertThat(root.resolve("etc/systemd/system/multi-user.target.wants/miltergate.service"))
        .doesNotExist();
  }

  @Test
  void needsAJavaOfItsOwnOrOfTheSystem() throws Exception {
    installed("old-java", "java17-runtime-headless");

    Ended refused = dpkg("-i", Packages.deb().toString());

    assertThat(refused.status()).isNotZero();
    assertThat(refused.output()).contains("java21-runtime-headless | miltergate-runtime");
  }

  @Test
  void theRuntimeStandsInForJava() throws Exception {
    Path runtime = Packages.runtimeDeb();
    installed("old-java", "java17-runtime-headless");
    succeed("-i", runtime.toString(), Packages.deb().toString());
    Path none =
        Files.writeString(
            temporary.resolve("none.sh"),
            "find_jdk() { echo ' none'; return 1; }\nfeature_version() { echo 0; }\n");

    Ended demo =
        Packages.run(
            temporary,
            Map.of("MILTERGATE_JDK_SH", none.toString()),
            List.of(root.resolve("usr/bin/miltergate").toString(), "demo"));

    assertThat(demo.status()).as(demo.output()).isZero();
    assertThat(demo.output()).contains("+Subject: [checked] Lunch", "sample <- QUIT");
    assertThat(root.resolve("usr/lib/miltergate-runtime/lib/jspawnhelper"))
        .as("what starts systemd-notify")
        .isExecutable();
  }

  /**
   * A new library may need more; only the documentation tool in ICU4J has to do without its own.
   */
  @Test
  void theRuntimeHasTheModulesThatTheJarsUse() throws Exception {
    Path runtime = Packages.runtimeDeb();
    succeed("--force-depends", "-i", runtime.toString(), Packages.deb().toString());
    Path jdeps = Path.of(System.getProperty("java.home"), "bin", "jdeps");
    Ended used =
        Packages.run(
            root.resolve("usr/share/miltergate/lib"),
            Map.of(),
            List.of(
                "/bin/sh",
                "-c",
                "exec \"$0\" -q --multi-release 21 --ignore-missing-deps --print-module-deps"
                    + " --module-path . *.jar",
                jdeps.toString()));
    Ended there =
        Packages.run(
            temporary,
            Map.of(),
            List.of(
                root.resolve("usr/lib/miltergate-runtime/bin/java").toString(), "--list-modules"));

    assertThat(used.status()).as(used.output()).isZero();
    assertThat(there.output().replaceAll("@\\S+", "").lines())
        .containsAll(List.of(used.output().strip().replace(",jdk.javadoc", "").split(",")));
  }
}
