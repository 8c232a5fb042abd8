package io.gitops4j.k8s.internal.observe;

import io.gitops4j.k8s.PrunePropagation;
import io.gitops4j.reconcile.SyncPolicy;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * What the annotations of an object ask for when it is no longer desired. Each text is the
 * annotation that says so, empty when none does.
 *
 * @param keep why it stays
 * @param confirm why somebody has to confirm that it goes
 * @param go why it goes, whatever the target says
 * @param end what it says of the case that nothing is desired any more, empty when nothing
 * @param own what becomes of what it made, null where the target decides
 */
public record PruneOptions(
    String keep, String confirm, String go, String end, @Nullable PrunePropagation own) {
  private static final PruneOptions NONE = new PruneOptions("", "", "", "", null);
  private static final String ARGO = "argocd.argoproj.io/sync-options";
  private static final String KEPT = "Delete=false";
  private static final String CONFIRMED = "Delete=confirm";
  private static final String REMOVED = "Delete=true";
  private static final Map<String, String> KEEP =
      Map.of(
          "kustomize.toolkit.fluxcd.io/prune",
          "disabled",
          "kustomize.toolkit.fluxcd.io/reconcile",
          "disabled",
          "kustomize.toolkit.fluxcd.io/ssa",
          "Ignore",
          "helm.sh/resource-policy",
          "keep",
          "kapp.k14s.io/delete-strategy",
          "orphan",
          "client.lifecycle.config.k8s.io/deletion",
          "detach",
          "cli-utils.sigs.k8s.io/on-remove",
          "keep");

  /** Reads the annotations of an object. */
  public static PruneOptions of(JsonNode object) {
    JsonNode metadata = object.path("metadata");
    List<String> argo = ObjectOptions.argo(metadata);
    String keep = keep(metadata).orElseGet(() -> told("Prune=false", argo));
    String confirm = told("Prune=confirm", argo);
    String end =
        Stream.of(KEPT, CONFIRMED, REMOVED)
            .map(option -> told(option, argo))
            .filter(told -> !told.isEmpty())
            .findFirst()
            .orElse("");
    PruneOptions found =
        new PruneOptions(keep, confirm, told("Prune=true", argo), end, propagation(argo));
    return found.equals(NONE) ? NONE : found;
  }

  /**
   * What holds whatever else is desired.
   *
   * @param target what the target says of objects that say nothing of it
   */
  public PruneOptions anyTime(SyncPolicy.Prune target) {
    if (!keep.isEmpty() || !confirm.isEmpty() || !go.isEmpty()) {
      return this;
    }
    return switch (target) {
      case REMOVE -> this;
      case CONFIRM -> new PruneOptions(keep, "target's Prune=confirm", go, end, own);
      case KEEP -> new PruneOptions("target's Prune=false", confirm, go, end, own);
    };
  }

  /**
   * What holds when nothing is desired any more. What keeps an object at any time keeps it then
   * too.
   *
   * @param target what the target says of objects that say nothing of it
   */
  public PruneOptions atTheEnd(SyncPolicy.Prune target) {
    String asked = end;
    if (asked.isEmpty()) {
      asked =
          switch (target) {
            case REMOVE -> "";
            case CONFIRM -> "target's " + CONFIRMED;
            case KEEP -> "target's " + KEPT;
          };
    }
    return new PruneOptions(
        keep.isEmpty() && asked.endsWith(KEPT) ? asked : keep,
        confirm.isEmpty() && asked.endsWith(CONFIRMED) ? asked : confirm,
        go,
        end,
        own);
  }

  /** What becomes of what it made, where it says so itself. */
  public Optional<PrunePropagation> propagation() {
    return Optional.ofNullable(own);
  }

  private static Optional<String> keep(JsonNode metadata) {
    return KEEP.entrySet().stream()
        .filter(k -> ObjectOptions.marked(metadata, k.getKey(), k.getValue()))
        .map(k -> k.getKey() + ": " + k.getValue())
        .sorted()
        .findFirst();
  }

  private static String told(String option, List<String> argo) {
    return argo.contains(option) ? ARGO + ": " + option : "";
  }

  private static @Nullable PrunePropagation propagation(List<String> argo) {
    for (PrunePropagation one : PrunePropagation.values()) {
      if (argo.contains("PrunePropagationPolicy=" + one.name().toLowerCase(Locale.ROOT))) {
        return one;
      }
    }
    return null;
  }
}
