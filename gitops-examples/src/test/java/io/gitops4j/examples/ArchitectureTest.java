package io.gitops4j.examples;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The rules that docs/design.md states. */
@AnalyzeClasses(packages = "io.gitops4j", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
  private static final String[] PROVIDERS = {
    "io.gitops4j.git..", "io.gitops4j.k8s..", "io.gitops4j.terraform..", "io.gitops4j.examples.."
  };
  private static final String[] API = {
    "io.gitops4j",
    "io.gitops4j.model..",
    "io.gitops4j.error..",
    "io.gitops4j.operation..",
    "io.gitops4j.source..",
    "io.gitops4j.render..",
    "io.gitops4j.diff..",
    "io.gitops4j.apply..",
    "io.gitops4j.inventory..",
    "io.gitops4j.health..",
    "io.gitops4j.gate..",
    "io.gitops4j.reconcile..",
    "io.gitops4j.controller..",
    "io.gitops4j.fleet..",
    "io.gitops4j.metrics.."
  };

  @ArchTest
  static final ArchRule THE_API_KNOWS_NO_PROVIDER =
      noClasses()
          .that()
          .resideInAnyPackage(API)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(PROVIDERS);

  @ArchTest
  static final ArchRule THE_API_SHOWS_NO_LIBRARY =
      noClasses()
          .that()
          .resideInAnyPackage(API)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("org.eclipse.jgit..", "io.fabric8..", "tools.jackson..");

  /** On the module path it would be an error, and only where it is used. */
  @ArchTest
  static final ArchRule NOBODY_USES_WHAT_A_MODULE_HIDES =
      noClasses().should().dependOnClassesThat().resideInAPackage("okhttp3.internal..");

  @ArchTest
  static final ArchRule PROVIDERS_DO_NOT_KNOW_EACH_OTHER =
      slices().matching("io.gitops4j.(git|k8s|terraform)..").should().notDependOnEachOther();

  @ArchTest
  static final ArchRule LOWER_SEAMS_DO_NOT_SEE_HIGHER_ONES =
      noClasses()
          .that()
          .resideInAnyPackage(
              "io.gitops4j.model..",
              "io.gitops4j.error..",
              "io.gitops4j.operation..",
              "io.gitops4j.source..",
              "io.gitops4j.render..",
              "io.gitops4j.inventory..",
              "io.gitops4j.health..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "io.gitops4j.diff..",
              "io.gitops4j.apply..",
              "io.gitops4j.gate..",
              "io.gitops4j.reconcile..",
              "io.gitops4j.controller..",
              "io.gitops4j.fleet..",
              "io.gitops4j.metrics..");

  @ArchTest
  static final ArchRule ONE_TARGET_KNOWS_NOTHING_OF_MANY =
      noClasses()
          .that()
          .resideInAnyPackage("io.gitops4j.reconcile..", "io.gitops4j.gate..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "io.gitops4j.controller..", "io.gitops4j.fleet..", "io.gitops4j.metrics..");

  @ArchTest
  static final ArchRule MANY_TARGETS_KNOW_NOTHING_OF_FLEETS =
      noClasses()
          .that()
          .resideInAPackage("io.gitops4j.controller..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("io.gitops4j.fleet..");

  @ArchTest
  static final ArchRule ONLY_METRICS_KNOW_MICROMETER =
      noClasses()
          .that()
          .resideInAPackage("io.gitops4j..")
          .and()
          .resideOutsideOfPackages("io.gitops4j.metrics..", "io.gitops4j.examples..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("io.micrometer..");

  @ArchTest
  static final ArchRule ONLY_APPLY_WRITES =
      noClasses()
          .that()
          .resideInAPackage("io.gitops4j.k8s..")
          .and()
          .resideOutsideOfPackage("io.gitops4j.k8s.internal.apply..")
          .and()
          .doNotHaveSimpleName("KubernetesDestination")
          .and()
          .doNotHaveSimpleName("KubernetesLeadership")
          .and()
          .doNotHaveSimpleName("KubernetesEvents")
          .and()
          .resideOutsideOfPackage("io.gitops4j.k8s.testing..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("io.gitops4j.k8s.internal.apply..");

  @ArchTest
  static final ArchRule NAMES_SAY_WHAT_A_THING_IS =
      noClasses()
          .that()
          .resideInAPackage("io.gitops4j..")
          .should()
          .haveSimpleNameEndingWith("Manager")
          .orShould()
          .haveSimpleNameEndingWith("Helper")
          .orShould()
          .haveSimpleNameEndingWith("Utils")
          .orShould()
          .haveSimpleNameEndingWith("Util")
          .orShould()
          .haveSimpleNameEndingWith("Impl");

  @ArchTest
  static final ArchRule THE_LIBRARY_STARTS_NO_THREAD_AND_ENDS_NO_PROCESS =
      noClasses()
          .that()
          .resideInAnyPackage("io.gitops4j..")
          .and()
          .resideOutsideOfPackages(
              "io.gitops4j.examples..", "io.gitops4j.k8s.testing..", "io.gitops4j.tck..")
          .should()
          .callConstructor(Thread.class, Runnable.class)
          .orShould()
          .callMethod(System.class, "exit", int.class)
          .orShould()
          .callMethod(Runtime.class, "addShutdownHook", Thread.class);

  @ArchTest
  static final ArchRule EVERY_PACKAGE_IS_NULL_MARKED =
      classes()
          .that()
          .haveSimpleName("package-info")
          .should()
          .beAnnotatedWith("org.jspecify.annotations.NullMarked");

  @ArchTest
  static final ArchRule NO_LIBRARY_TYPE_IS_RETURNED_BY_THE_API =
      methods()
          .that()
          .areDeclaredInClassesThat()
          .resideInAnyPackage(API)
          .and()
          .arePublic()
          .should()
          .notHaveRawReturnType("org.slf4j.Logger");
}
