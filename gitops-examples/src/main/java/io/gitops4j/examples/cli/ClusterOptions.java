package io.gitops4j.examples.cli;

import io.gitops4j.k8s.ExecPlugins;
import io.gitops4j.k8s.argo.Application;
import io.gitops4j.k8s.argo.ClusterSecret;
import io.gitops4j.k8s.argo.Clusters;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How clusters are found and logged in to. */
final class ClusterOptions {
  @Option(names = "--kubeconfig", description = "default: $KUBECONFIG, else ~/.kube/config")
  @Nullable Path kubeconfig;

  @Option(names = "--context", description = "default: the current one of the kubeconfig")
  Optional<String> context = Optional.empty();

  @Option(
      names = "--clusters",
      description =
          "file or folder with cluster Secrets of Argo CD, which destination.name and .server mean")
  Optional<Path> clusters = Optional.empty();

  @Option(
      names = "--allow-exec",
      description =
          "a program that a kubeconfig or cluster Secret may have run for its credential: NAME=PATH,"
              + " or NAME of one on $PATH")
  List<String> programs = List.of();

  @Option(
      names = "--exec-env",
      description = "a variable of this process that such a program gets, besides PATH and HOME")
  List<String> variables = List.of();

  /** The way to the cluster of an application. */
  ClusterAccess access(Application application) {
    return clusters.isPresent()
        ? ClusterAccess.of(application, read(clusters.get()), kubeconfig(), context, plugins())
        : ClusterAccess.of(application, kubeconfig(), context, plugins());
  }

  private ExecPlugins plugins() {
    ExecPlugins plugins = ExecPlugins.none().passing(variables.toArray(String[]::new));
    for (String program : programs) {
      int at = program.indexOf('=');
      plugins =
          at < 0
              ? plugins.allowFromPath(program)
              : plugins.allow(
                  program.substring(0, at), Path.of(program.substring(at + 1)).toAbsolutePath());
    }
    return plugins;
  }

  private static Clusters read(Path path) {
    List<ClusterSecret> all = new ArrayList<>();
    try (Stream<Path> files = Files.isDirectory(path) ? Files.list(path) : Stream.of(path)) {
      for (Path file : files.sorted().toList()) {
        if (file.equals(path) || file.toString().matches(".*\\.(ya?ml|json)")) {
          all.addAll(Clusters.read(file.toString(), Files.readAllBytes(file)).all());
        }
      }
    } catch (IOException e) {
      throw Unreadable.exception(path, e);
    }
    return new Clusters(all);
  }

  private Path kubeconfig() {
    if (kubeconfig != null) {
      return kubeconfig;
    }
    String set = System.getenv("KUBECONFIG");
    return set != null && !set.isEmpty()
        ? Path.of(set)
        : Path.of(System.getProperty("user.home"), ".kube", "config");
  }
}
