package io.gitops4j.terraform;

import java.util.Map;
import java.util.Objects;

/**
 * Where the state is kept, in place of what the configuration says. Immutable. Credentials belong
 * into the environment: what stands here is written to disk by the tool.
 *
 * @param type such as {@code s3}, {@code http}, {@code kubernetes}, {@code pg} or {@code local}
 * @param settings of the backend, by name
 */
public record Backend(String type, Map<String, String> settings) {
  /** Copies the settings. */
  public Backend {
    Objects.requireNonNull(type, "type");
    settings = Map.copyOf(settings);
  }
}
