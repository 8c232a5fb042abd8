package io.gitops4j.k8s.internal.client;

import io.fabric8.kubernetes.api.model.Cluster;
import io.fabric8.kubernetes.api.model.ExecConfig;
import io.fabric8.kubernetes.api.model.ExecEnvVar;
import io.fabric8.kubernetes.api.model.NamedExtension;
import io.gitops4j.k8s.ExecPlugins;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * A program that a kubeconfig wants run for its credential, by the rules of {@code
 * client.authentication.k8s.io}. Immutable.
 *
 * @param info for the program: {@code KUBERNETES_EXEC_INFO}
 */
record ExecCommand(ExecPlugins.Call call, String apiVersion, String installHint, String info) {
  private static final String GROUP = "client.authentication.k8s.io/";
  private static final Set<String> VERSIONS = Set.of(GROUP + "v1", GROUP + "v1beta1");

  /** What a shell takes for a name: others reach programs in ways that are hard to foresee. */
  private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");

  /**
   * Variables that decide which code runs: with these an allowed program could be any other, also
   * by a file of settings that names a program. No list of them is complete.
   */
  private static final Set<String> CODE =
      Set.of(
          "PATH",
          "HOME",
          "IFS",
          "ENV",
          "SHELL",
          "SHELLOPTS",
          "PS4",
          "AWS_CONFIG_FILE",
          "AWS_SHARED_CREDENTIALS_FILE",
          "AWS_DATA_PATH",
          "AZURE_CONFIG_DIR",
          "CLOUDSDK_CONFIG",
          "CLOUDSDK_ROOT_DIR",
          "GOOGLE_EXTERNAL_ACCOUNT_ALLOW_EXECUTABLES");

  private static final List<String> CODE_PREFIXES =
      List.of(
          "LD_",
          "DYLD_",
          "BASH",
          "PYTHON",
          "PERL",
          "RUBY",
          "NODE_",
          "JAVA_",
          "JDK_",
          "GCONV_",
          "OPENSSL_",
          "AZURE_EXTENSION",
          "CLOUDSDK_PYTHON");

  /** Reads what a user of a kubeconfig says; whatever forbids that it is run becomes a problem. */
  static Optional<ExecCommand> read(
      String who, ExecConfig exec, Cluster cluster, ExecPlugins allowed, List<String> problems) {
    List<String> wrong = new ArrayList<>();
    String name = text(exec.getCommand());
    Map<String, String> environment = new TreeMap<>();
    if (exec.getEnv() != null) {
      for (ExecEnvVar variable : exec.getEnv()) {
        environment.put(text(variable.getName()), text(variable.getValue()));
      }
    }
    ExecPlugins.Call call =
        new ExecPlugins.Call(
            name,
            text(cluster.getServer()),
            exec.getArgs() == null ? List.of() : exec.getArgs(),
            environment);
    allowed.refusal(call).ifPresent(wrong::add);
    if (!VERSIONS.contains(text(exec.getApiVersion()))) {
      wrong.add("its apiVersion is '" + text(exec.getApiVersion()) + "', known are " + sorted());
    }
    String mode = text(exec.getInteractiveMode());
    if (!List.of("", "Never", "IfAvailable").contains(mode)) {
      wrong.add("its interactiveMode is '" + mode + "', but nobody is there to answer it");
    }
    for (String variable : environment.keySet()) {
      if (!NAME.matcher(variable).matches()) {
        wrong.add("it sets '" + variable + "', which is no name of a variable");
      } else if (choosesCode(variable)) {
        wrong.add("it sets the variable '" + variable + "', which decides what code runs");
      }
    }
    Stream.concat(call.arguments().stream(), environment.values().stream())
        .filter(t -> t.indexOf('\0') >= 0)
        .findFirst()
        .ifPresent(t -> wrong.add("an argument or a variable of it holds a zero byte"));
    wrong.forEach(
        w -> problems.add(who + " uses the exec credential plugin '" + name + "', not run: " + w));
    return wrong.isEmpty()
        ? Optional.of(
            new ExecCommand(
                call, exec.getApiVersion(), text(exec.getInstallHint()), info(exec, cluster)))
        : Optional.empty();
  }

  private static List<String> sorted() {
    return VERSIONS.stream().sorted().toList();
  }

  private static boolean choosesCode(String variable) {
    String upper = variable.toUpperCase(Locale.ROOT);
    return CODE.contains(upper) || CODE_PREFIXES.stream().anyMatch(upper::startsWith);
  }

  private static String info(ExecConfig exec, Cluster cluster) {
    ObjectNode root = KubeHttp.JSON.createObjectNode();
    root.put("apiVersion", exec.getApiVersion()).put("kind", "ExecCredential");
    ObjectNode spec = root.putObject("spec").put("interactive", false);
    if (Boolean.TRUE.equals(exec.getProvideClusterInfo())) {
      ObjectNode told = spec.putObject("cluster").put("server", text(cluster.getServer()));
      put(told, "tls-server-name", cluster.getTlsServerName());
      put(told, "certificate-authority-data", cluster.getCertificateAuthorityData());
      put(told, "proxy-url", cluster.getProxyUrl());
      if (Boolean.TRUE.equals(cluster.getInsecureSkipTlsVerify())) {
        told.put("insecure-skip-tls-verify", true);
      }
      if (Boolean.TRUE.equals(cluster.getDisableCompression())) {
        told.put("disable-compression", true);
      }
      List<NamedExtension> extensions =
          cluster.getExtensions() == null ? List.of() : cluster.getExtensions();
      extensions.stream()
          .filter(e -> (GROUP + "exec").equals(e.getName()))
          .findFirst()
          .ifPresent(e -> told.set("config", KubeHttp.JSON.valueToTree(e.getExtension())));
    }
    return root.toString();
  }

  private static void put(ObjectNode node, String name, @Nullable String value) {
    if (value != null && !value.isEmpty()) {
      node.put(name, value);
    }
  }

  private static String text(@Nullable String value) {
    return value == null ? "" : value;
  }

  /** Without what may hold a secret. */
  @Override
  public String toString() {
    return call.toString();
  }
}
