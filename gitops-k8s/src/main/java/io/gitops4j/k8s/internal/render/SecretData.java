package io.gitops4j.k8s.internal.render;

import io.gitops4j.error.ConfigurationException;
import io.gitops4j.k8s.Manifest;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;

/**
 * The entries of a Secret or ConfigMap as texts: {@code stringData} over {@code data}, as the
 * server does it. No message quotes a value.
 */
public final class SecretData {
  private final Map<String, String> entries = new TreeMap<>();

  private SecretData() {}

  /**
   * Those of a Secret.
   *
   * @throws ConfigurationException when a value is no text, or {@code data} is not Base64
   */
  public static SecretData ofSecret(Manifest secret) {
    SecretData read = new SecretData();
    read.entries(secret, "data", true);
    read.entries(secret, "stringData", false);
    return read;
  }

  /**
   * Those of a ConfigMap.
   *
   * @throws ConfigurationException when a value is no text
   */
  public static SecretData ofConfigMap(Manifest map) {
    SecretData read = new SecretData();
    read.entries(map, "data", false);
    return read;
  }

  /** An entry; one that is empty counts as missing. */
  public Optional<String> text(String key) {
    return Optional.ofNullable(entries.get(key)).filter(v -> !v.isEmpty());
  }

  /** The names of all entries. */
  public List<String> keys() {
    return List.copyOf(entries.keySet());
  }

  private void entries(Manifest from, String field, boolean encoded) {
    for (Map.Entry<String, JsonNode> entry : from.object().path(field).properties()) {
      String where = field + "." + entry.getKey();
      if (!entry.getValue().isString()) {
        throw new ConfigurationException(from.toString(), List.of(where + " is not a text"));
      }
      String value = entry.getValue().asString();
      try {
        entries.put(entry.getKey(), encoded ? decoded(value) : value);
      } catch (IllegalArgumentException e) {
        throw new ConfigurationException(from.toString(), List.of(where + " is not Base64"));
      }
    }
  }

  /** Broken into lines by {@code base64}, as the server takes it; nothing else foreign is. */
  private static String decoded(String value) {
    String line = value.replace("\r", "").replace("\n", "");
    return new String(Base64.getDecoder().decode(line), StandardCharsets.UTF_8);
  }
}
