/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.daemon;

import static com.tngtech.archunit.base.DescribedPredicate.alwaysTrue;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.belongToAnyOf;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.AccessTarget;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.time.Clock;
import java.util.Random;
import java.util.Timer;

/** Who may know whom: docs/ARCHITECTURE.md, "The parts". */
@AnalyzeClasses(
    packages = "io.desaster",
    importOptions = {ImportOption.DoNotIncludeTests.class})
class ArchitectureTest {
  /** What decides: the same commands at the same times must have the same results, anywhere. */
  private static final String[] PURE = {
    "io.desaster.core.scheduler..",
    "io.desaster.core.command..",
    "io.desaster.core.event..",
    "io.desaster.core.state..",
    "io.desaster.core.discipline.."
  };

  private static final DescribedPredicate<JavaClass> OUTSIDE_WORLD =
      resideInAnyPackage(
              "java.io..",
              "java.nio.channels..",
              "java.nio.file..",
              "java.net..",
              "java.util.concurrent..",
              "java.lang.management..",
              "com.sun..",
              "javax..",
              "io.vertx..",
              "io.netty..",
              "org.rrd4j..",
              "org.slf4j..")
          .or(belongToAnyOf(Thread.class, ThreadLocal.class, Process.class, ProcessBuilder.class))
          .or(belongToAnyOf(Clock.class, Timer.class, Random.class))
          // A payload that cannot be read any more ends everything; it is no I/O to say so.
          .and(DescribedPredicate.not(assignableTo(Exception.class)))
          .as("I/O, threads, clocks or libraries of the outside world");

  private static final DescribedPredicate<JavaAccess<?>> TELLS_THE_TIME =
      DescribedPredicate.describe(
          "tells the time, makes random numbers or reads the environment",
          access -> {
            AccessTarget target = access.getTarget();
            String owner = target.getOwner().getName();
            String name = target.getName();
            return owner.startsWith("java.time.") && name.equals("now")
                || owner.equals("java.lang.Math") && name.equals("random")
                || owner.equals("java.util.UUID") && name.equals("randomUUID")
                || owner.equals("io.desaster.api.job.JobId") && name.equals("next")
                || owner.equals("java.lang.System") && !name.equals("arraycopy");
          });

  private static ArchRule module(String name, String... others) {
    String[] allowed = new String[others.length + 2];
    allowed[0] = "io.desaster." + name + "..";
    allowed[1] = "java..";
    System.arraycopy(others, 0, allowed, 2, others.length);
    return classes()
        .that()
        .resideInAPackage("io.desaster." + name + "..")
        .should()
        .onlyDependOnClassesThat(resideInAnyPackage(allowed).or(IS_ARRAY_OF_PRIMITIVES));
  }

  private static final DescribedPredicate<JavaClass> IS_ARRAY_OF_PRIMITIVES =
      DescribedPredicate.describe(
          "primitives and arrays", type -> type.getBaseComponentType().isPrimitive());

  @ArchTest static final ArchRule API_NEEDS_THE_JDK_ONLY = module("api");

  @ArchTest
  static final ArchRule CORE_KNOWS_THE_API =
      module(
          "core",
          "io.desaster.api..",
          "io.vertx.core..",
          "org.rrd4j..",
          "org.slf4j..",
          "com.sun.management..");

  @ArchTest
  static final ArchRule WORKERS_KNOW_THE_API =
      module(
          "workers",
          "io.desaster.api..",
          "io.vertx.core..",
          "com.fasterxml.jackson..",
          "oshi..",
          "org.slf4j..");

  @ArchTest
  static final ArchRule CLIENT_KNOWS_THE_API =
      module(
          "client",
          "io.desaster.api..",
          "io.lettuce..",
          "io.netty..",
          "com.fasterxml.jackson..",
          "org.slf4j..");

  @ArchTest
  static final ArchRule METRICS_KNOW_THE_API =
      module("metrics", "io.desaster.api..", "io.micrometer.core..");

  @ArchTest
  static final ArchRule DECISIONS_ARE_PURE =
      noClasses().that().resideInAnyPackage(PURE).should().dependOnClassesThat(OUTSIDE_WORLD);

  @ArchTest
  static final ArchRule DECISIONS_ARE_TOLD_THE_TIME =
      noClasses().that().resideInAnyPackage(PURE).should().accessTargetWhere(TELLS_THE_TIME);

  @ArchTest
  static final ArchRule VERTX_IS_KNOWN_TO_THE_NODE_ONLY =
      noClasses()
          .that()
          .resideInAPackage("io.desaster.core..")
          .and()
          .resideOutsideOfPackage("io.desaster.core.node..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("io.vertx..", "io.netty..");

  @ArchTest
  static final ArchRule LETTUCE_IS_KNOWN_TO_THE_CLIENT_ONLY =
      noClasses()
          .that()
          .resideOutsideOfPackage("io.desaster.client..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("io.lettuce..");

  @ArchTest
  static final ArchRule NOBODY_CALLS_MAIN =
      noClasses()
          .that()
          .doNotHaveFullyQualifiedName(Main.class.getName())
          .should()
          .dependOnClassesThat()
          .belongToAnyOf(Main.class);

  /** Main chooses between the daemon and the command line, which reads the daemon's options. */
  @ArchTest
  static final ArchRule PACKAGES_HAVE_NO_CYCLES =
      slices()
          .matching("io.desaster.(**)")
          .should()
          .beFreeOfCycles()
          .ignoreDependency(belongToAnyOf(Main.class), alwaysTrue());
}
