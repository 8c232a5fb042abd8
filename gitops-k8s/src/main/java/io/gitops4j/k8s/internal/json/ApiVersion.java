package io.gitops4j.k8s.internal.json;

/** The two parts of the {@code apiVersion} of a manifest: {@code apps/v1}, or {@code v1}. */
public final class ApiVersion {
  private ApiVersion() {}

  /** The group, empty for the core group. */
  public static String group(String apiVersion) {
    int slash = apiVersion.indexOf('/');
    return slash < 0 ? "" : apiVersion.substring(0, slash);
  }

  /** The version within the group. */
  public static String version(String apiVersion) {
    return apiVersion.substring(apiVersion.indexOf('/') + 1);
  }
}
