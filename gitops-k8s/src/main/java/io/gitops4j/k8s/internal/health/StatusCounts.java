package io.gitops4j.k8s.internal.health;

import static io.gitops4j.k8s.internal.health.Healths.healthy;
import static io.gitops4j.k8s.internal.health.Healths.progressing;

import io.gitops4j.health.Health;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What the numbers in a status say: {@code readyReplicas} against {@code replicas}, {@code
 * readyMembers} against {@code members}, and texts such as {@code 1/3}.
 */
final class StatusCounts {
  private static final Pattern REACHED =
      Pattern.compile("^(ready|available|updated|healthy)([A-Z][A-Za-z]+)$");
  private static final Pattern LACKING =
      Pattern.compile("^(unavailable|unready|notReady|unhealthy)[A-Z][A-Za-z]+$");
  private static final Pattern SHARE = Pattern.compile("^(\\d{1,9}) ?/ ?(\\d{1,9})$");
  private static final Pattern SHARE_FIELD = Pattern.compile("(?i)ready|replicas|available");

  private StatusCounts() {}

  /** Progressing when a number is below what is wanted, empty where none is. */
  static Optional<Health> lacking(JsonNode live) {
    JsonNode status = live.path("status");
    for (Map.Entry<String, JsonNode> field : status.properties()) {
      String name = field.getKey();
      JsonNode value = field.getValue();
      Matcher reached = REACHED.matcher(name);
      if (reached.matches() && value.isIntegralNumber()) {
        Optional<Long> wanted = wanted(live, noun(reached));
        if (wanted.isPresent() && value.asLong() < wanted.get()) {
          return Optional.of(
              progressing(
                  value
                      + " of "
                      + wanted.get()
                      + " "
                      + noun(reached)
                      + " are "
                      + reached.group(1)));
        }
      } else if (LACKING.matcher(name).matches()
          && value.isIntegralNumber()
          && value.asLong() > 0) {
        return Optional.of(progressing("status." + name + " is " + value));
      } else if (share(field).filter(s -> s.has() < s.of()).isPresent()) {
        return Optional.of(progressing("status." + name + " is " + value.asString()));
      }
    }
    return Optional.empty();
  }

  /**
   * Healthy when something is counted as ready, and all that is wanted is. Only asked when nothing
   * is lacking and nothing else speaks for the object.
   */
  static Optional<Health> complete(JsonNode live) {
    for (Map.Entry<String, JsonNode> field : live.path("status").properties()) {
      Matcher reached = REACHED.matcher(field.getKey());
      boolean counted =
          reached.matches()
              && !reached.group(1).equals("updated")
              && field.getValue().isIntegralNumber()
              && field.getValue().asLong() > 0
              && wanted(live, noun(reached)).isPresent();
      if (counted || share(field).filter(s -> s.of() > 0).isPresent()) {
        return Optional.of(healthy());
      }
    }
    return Optional.empty();
  }

  /**
   * The parts of a status, with the zeros that controllers leave out: where one part counts {@code
   * readyReplicas}, another that has {@code replicas} and no such number has none ready.
   */
  static List<JsonNode> withZeros(List<JsonNode> parts) {
    Map<String, String> nouns = new TreeMap<>();
    for (JsonNode part : parts) {
      for (Map.Entry<String, JsonNode> field : part.properties()) {
        Matcher reached = REACHED.matcher(field.getKey());
        // What is up to date may not be counted at all; what is ready is.
        if (field.getValue().isIntegralNumber()
            && reached.matches()
            && !reached.group(1).equals("updated")
            && part.path(noun(reached)).isIntegralNumber()) {
          nouns.put(field.getKey(), noun(reached));
        }
      }
    }
    return nouns.isEmpty() ? parts : parts.stream().map(p -> withZeros(p, nouns)).toList();
  }

  private static JsonNode withZeros(JsonNode part, Map<String, String> nouns) {
    List<String> leftOut =
        nouns.keySet().stream()
            .filter(n -> !part.hasNonNull(n) && part.path(nouns.get(n)).isIntegralNumber())
            .toList();
    if (leftOut.isEmpty()) {
      return part;
    }
    ObjectNode filled = ((ObjectNode) part).deepCopy();
    leftOut.forEach(n -> filled.put(n, 0));
    return filled;
  }

  private static String noun(Matcher reached) {
    return reached.group(2).substring(0, 1).toLowerCase(Locale.ROOT)
        + reached.group(2).substring(1);
  }

  private static Optional<Long> wanted(JsonNode live, String noun) {
    JsonNode asked = live.path("spec").path(noun);
    JsonNode counted = live.path("status").path(noun);
    if (asked.isIntegralNumber()) {
      return Optional.of(asked.asLong());
    }
    return counted.isIntegralNumber() ? Optional.of(counted.asLong()) : Optional.empty();
  }

  private record Share(long has, long of) {}

  private static Optional<Share> share(Map.Entry<String, JsonNode> field) {
    if (!field.getValue().isString() || !SHARE_FIELD.matcher(field.getKey()).find()) {
      return Optional.empty();
    }
    Matcher text = SHARE.matcher(field.getValue().asString());
    return text.matches()
        ? Optional.of(new Share(Long.parseLong(text.group(1)), Long.parseLong(text.group(2))))
        : Optional.empty();
  }
}
