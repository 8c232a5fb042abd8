package io.gitops4j.k8s.argo;

import io.gitops4j.error.ConfigurationException;
import io.gitops4j.gate.CronSchedule;
import io.gitops4j.gate.SyncWindow;
import io.gitops4j.internal.json.Fields;
import io.gitops4j.k8s.internal.glob.Glob;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A sync window of a project, and which of its applications it is for. Immutable.
 *
 * @param all whether each of the lists that are not empty must match, or one of them
 */
record ProjectWindow(
    SyncWindow window,
    List<Glob> applications,
    List<Glob> clusters,
    List<Glob> namespaces,
    boolean all) {

  static List<ProjectWindow> read(Fields spec) {
    List<ProjectWindow> windows = new ArrayList<>();
    for (Fields fields : spec.objects("syncWindows")) {
      Optional<SyncWindow> window = window(fields);
      List<Glob> applications = globs(fields, "applications");
      List<Glob> clusters = globs(fields, "clusters");
      List<Glob> namespaces = globs(fields, "namespaces");
      if (applications.isEmpty() && clusters.isEmpty() && namespaces.isEmpty()) {
        fields.problem("needs applications, clusters or namespaces that it is for");
      }
      boolean all = fields.flag("andOperator");
      window.ifPresent(
          w -> windows.add(new ProjectWindow(w, applications, clusters, namespaces, all)));
    }
    return windows;
  }

  private static Optional<SyncWindow> window(Fields fields) {
    String kind = fields.requiredText("kind");
    if (!kind.equals("allow") && !kind.equals("deny")) {
      fields.problem("kind is allow or deny, not '" + kind + "'");
    }
    Optional<CronSchedule> schedule = schedule(fields);
    Duration duration = fields.duration("duration", Duration.ZERO);
    boolean manual = fields.flag("manualSync");
    boolean overrun = fields.flag("syncOverrun");
    String description = fields.text("description").orElse("");
    if (schedule.isEmpty() || !(kind.equals("allow") || kind.equals("deny"))) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          new SyncWindow(
              SyncWindow.Kind.valueOf(kind.toUpperCase(Locale.ROOT)),
              schedule.get(),
              duration,
              manual ? SyncWindow.Manual.PASSES : SyncWindow.Manual.WAITS,
              overrun ? SyncWindow.Running.FINISHES : SyncWindow.Running.WAITS,
              Set.of(),
              Set.of(),
              description));
    } catch (ConfigurationException e) {
      e.problems().forEach(fields::problem);
      return Optional.empty();
    }
  }

  private static Optional<CronSchedule> schedule(Fields fields) {
    String text = fields.requiredText("schedule");
    String zone = fields.text("timeZone").filter(z -> !z.isEmpty()).orElse("UTC");
    try {
      return Optional.of(CronSchedule.of(text, ZoneId.of(zone)));
    } catch (ConfigurationException e) {
      e.problems().forEach(p -> fields.problem("schedule '" + text + "': " + p));
    } catch (DateTimeException e) {
      fields.problem("timeZone '" + zone + "' is not known");
    }
    return Optional.empty();
  }

  private static List<Glob> globs(Fields fields, String name) {
    List<Glob> globs = new ArrayList<>();
    for (String text : fields.texts(name)) {
      try {
        globs.add(Glob.of(text));
      } catch (IllegalArgumentException e) {
        fields.problem(name + ": " + e.getMessage());
      }
    }
    return globs;
  }

  /** Whether it is for an application, by what its manifest says. */
  boolean isFor(Application application) {
    return all
        ? matches(applications, true, application.name())
            && matches(clusters, true, application.server(), application.clusterName())
            && matches(namespaces, true, application.namespace())
        : matches(applications, false, application.name())
            || matches(clusters, false, application.server(), application.clusterName())
            || matches(namespaces, false, application.namespace());
  }

  private static boolean matches(List<Glob> globs, boolean whenEmpty, String... values) {
    return globs.isEmpty()
        ? whenEmpty
        : globs.stream()
            .anyMatch(g -> Stream.of(values).filter(v -> !v.isEmpty()).anyMatch(g::matches));
  }
}
