package io.gitops4j.k8s.argo;

import io.gitops4j.k8s.internal.client.KubeHttp;
import io.gitops4j.k8s.internal.client.KubeconfigText;
import io.gitops4j.model.Sensitive;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The {@code config} of a cluster Secret, turned into a kubeconfig. Whatever is in it may be
 * secret, so no problem quotes a value. Not thread-safe.
 */
final class ClusterConfig {
  private static final String TLS = "tlsClientConfig";
  private static final String AWS = "awsAuthConfig";
  private static final String EXEC = "execProviderConfig";
  private static final Set<String> KNOWN =
      Set.of(
          "username", "password", "bearerToken", TLS, AWS, EXEC, "proxyUrl", "disableCompression");
  private static final Set<String> KNOWN_TLS =
      Set.of("insecure", "serverName", "caData", "certData", "keyData");
  private static final Set<String> KNOWN_AWS = Set.of("clusterName", "roleARN", "profile");
  private static final Set<String> KNOWN_EXEC =
      Set.of("command", "args", "env", "apiVersion", "installHint", "provideClusterInfo", "config");

  private final JsonNode config;
  private final List<String> problems;

  private ClusterConfig(JsonNode config, List<String> problems) {
    this.config = config;
    this.problems = problems;
  }

  /** Reads it; what is wrong or not honoured becomes a problem. */
  static ClusterConfig read(String text, List<String> problems) {
    JsonNode config = KubeHttp.JSON.createObjectNode();
    try {
      JsonNode read = text.isBlank() ? config : KubeHttp.JSON.readTree(text);
      if (read.isObject()) {
        config = read;
      } else {
        problems.add("config is no JSON object");
      }
    } catch (JacksonException e) {
      problems.add("config is no JSON"); // what the parser says quotes it
    }
    ClusterConfig parsed = new ClusterConfig(config, problems);
    parsed.onlyKnown(config, "config", KNOWN);
    parsed.onlyKnown(config.path(TLS), "config." + TLS, KNOWN_TLS);
    parsed.onlyKnown(config.path(AWS), "config." + AWS, KNOWN_AWS);
    parsed.onlyKnown(config.path(EXEC), "config." + EXEC, KNOWN_EXEC);
    return parsed;
  }

  /** Whether it says how to log in, or whom to trust. */
  boolean saysHow() {
    return !ways().isEmpty()
        || Set.of("serverName", "caData", "certData", "keyData").stream()
            .anyMatch(name -> !config.path(TLS).path(name).asString("").isEmpty())
        || config.path(TLS).path("insecure").asBoolean(false)
        || config.has("proxyUrl");
  }

  /** What there is to log in with, besides a client certificate. */
  private Set<String> ways() {
    Set<String> ways = new TreeSet<>();
    for (String name : List.of("bearerToken", AWS, EXEC)) {
      JsonNode value = config.path(name);
      if (value.isObject() || !value.asString("").isEmpty()) {
        ways.add(name);
      }
    }
    if (!config.path("username").asString("").isEmpty()) {
      ways.add("username");
    }
    return ways;
  }

  /** As a kubeconfig, which has the same fields under other names. */
  Sensitive<String> kubeconfig(String server) {
    KubeconfigText kubeconfig = new KubeconfigText(server);
    tls(kubeconfig);
    copy(config, "config", "proxyUrl", kubeconfig.cluster(), "proxy-url");
    flag(config, "config", "disableCompression", kubeconfig.cluster(), "disable-compression");
    if (ways().size() > 1) {
      problems.add("config has several ways to log in, " + ways() + ": leave one");
    }
    copy(config, "config", "bearerToken", kubeconfig.user(), "token");
    copy(config, "config", "username", kubeconfig.user(), "username");
    copy(config, "config", "password", kubeconfig.user(), "password");
    if (config.path(AWS).isObject()) {
      aws(kubeconfig.user());
    } else if (config.path(EXEC).isObject()) {
      exec(kubeconfig);
    }
    return kubeconfig.text();
  }

  private void tls(KubeconfigText kubeconfig) {
    JsonNode tls = config.path(TLS);
    String where = "config." + TLS;
    flag(tls, where, "insecure", kubeconfig.cluster(), "insecure-skip-tls-verify");
    copy(tls, where, "serverName", kubeconfig.cluster(), "tls-server-name");
    copy(tls, where, "caData", kubeconfig.cluster(), "certificate-authority-data");
    copy(tls, where, "certData", kubeconfig.user(), "client-certificate-data");
    copy(tls, where, "keyData", kubeconfig.user(), "client-key-data");
    if (tls.path("insecure").asBoolean(false) && !tls.path("caData").asString("").isEmpty()) {
      problems.add(where + " is insecure and has caData: it is one or the other");
    }
    if (tls.path("certData").asString("").isEmpty() != tls.path("keyData").asString("").isEmpty()) {
      problems.add(where + " has only one of certData and keyData");
    }
  }

  /** Argo CD has a program of its own for this; that of AWS takes the same. */
  private void aws(ObjectNode user) {
    JsonNode aws = config.path(AWS);
    ObjectNode exec = user.putObject("exec");
    exec.put("apiVersion", "client.authentication.k8s.io/v1beta1").put("command", "aws");
    exec.put("interactiveMode", "Never");
    ArrayNode args = exec.putArray("args").add("eks").add("get-token").add("--output").add("json");
    if (aws.path("clusterName").asString("").isEmpty()) {
      problems.add("config." + AWS + ".clusterName is missing");
    }
    option(aws, "clusterName", "--cluster-name", args);
    option(aws, "roleARN", "--role-arn", args);
    option(aws, "profile", "--profile", args);
  }

  private void option(JsonNode aws, String name, String option, ArrayNode args) {
    String value = text(aws, "config." + AWS, name);
    if (value.startsWith("-")) {
      problems.add("config." + AWS + "." + name + " begins like an option");
    } else if (!value.isEmpty()) {
      args.add(option).add(value);
    }
  }

  private void exec(KubeconfigText kubeconfig) {
    JsonNode given = config.path(EXEC);
    String where = "config." + EXEC;
    ObjectNode exec = kubeconfig.user().putObject("exec").put("interactiveMode", "Never");
    copy(given, where, "command", exec, "command");
    copy(given, where, "apiVersion", exec, "apiVersion");
    copy(given, where, "installHint", exec, "installHint");
    flag(given, where, "provideClusterInfo", exec, "provideClusterInfo");
    if (!given.has("command")) {
      problems.add(where + ".command is missing");
    }
    ArrayNode args = exec.putArray("args");
    for (JsonNode argument : given.path("args")) {
      if (argument.isString()) {
        args.add(argument.asString());
      } else {
        problems.add(where + ".args holds what is not a text");
      }
    }
    ArrayNode env = exec.putArray("env");
    for (Map.Entry<String, JsonNode> variable : given.path("env").properties()) {
      if (variable.getValue().isString()) {
        env.addObject().put("name", variable.getKey()).put("value", variable.getValue().asString());
      } else {
        problems.add(where + ".env." + variable.getKey() + " is not a text");
      }
    }
    if (given.has("config")) {
      kubeconfig
          .cluster()
          .putArray("extensions")
          .addObject()
          .put("name", "client.authentication.k8s.io/exec")
          .set("extension", given.path("config"));
    }
  }

  private void onlyKnown(JsonNode object, String where, Set<String> known) {
    if (!object.isObject() && !object.isMissingNode() && !object.isNull()) {
      problems.add(where + " is not an object");
    }
    List<String> unknown = new ArrayList<>(object.propertyNames());
    unknown.removeAll(known);
    unknown.forEach(name -> problems.add(where + "." + name + " is not honoured: remove it"));
  }

  private void copy(JsonNode from, String where, String name, ObjectNode to, String as) {
    String value = text(from, where, name);
    if (!value.isEmpty()) {
      to.put(as, value);
    }
  }

  private String text(JsonNode from, String where, String name) {
    JsonNode value = from.path(name);
    if (!value.isString() && !value.isMissingNode() && !value.isNull()) {
      problems.add(where + "." + name + " is not a text: quote it");
    }
    return value.isString() ? value.asString() : "";
  }

  private void flag(JsonNode from, String where, String name, ObjectNode to, String as) {
    JsonNode value = from.path(name);
    if (value.isBoolean()) {
      to.put(as, value.asBoolean());
    } else if (!value.isMissingNode() && !value.isNull()) {
      problems.add(where + "." + name + " is neither true nor false");
    }
  }
}
