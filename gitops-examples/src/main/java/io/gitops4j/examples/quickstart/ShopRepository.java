package io.gitops4j.examples.quickstart;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.eclipse.jgit.api.Git;
import org.eclipse.jgit.api.MergeCommand;
import org.eclipse.jgit.api.errors.GitAPIException;
import org.eclipse.jgit.revwalk.RevCommit;

/** The Git repository of the quickstart: a Kustomize base and an overlay on it. */
final class ShopRepository implements AutoCloseable {
  private final Path folder;
  private final Git git;

  ShopRepository(Path folder) {
    this.folder = folder;
    try {
      git = Git.init().setDirectory(folder.toFile()).setInitialBranch("main").call();
      // Merges and reverts are made by whoever the repository says, not by the user of this
      // machine.
      git.getRepository().getConfig().setString("user", null, "name", "alice");
      git.getRepository().getConfig().setString("user", null, "email", "alice@example.com");
      git.getRepository().getConfig().save();
    } catch (GitAPIException | IOException e) {
      throw new IllegalStateException("cannot make a repository in " + folder, e);
    }
  }

  String url() {
    return folder.toUri().toString();
  }

  /** Writes the whole application for one namespace. */
  void writeApplication(String namespace) {
    write(
        "k8s/base/kustomization.yaml",
        """
        resources:
        - namespace.yaml
        - deployment.yaml
        - service.yaml
        - configmap.yaml
        - secret.yaml
        """);
    write(
        "k8s/base/namespace.yaml",
        """
        apiVersion: v1
        kind: Namespace
        metadata:
          name: %s
        """
            .formatted(namespace));
    write(
        "k8s/base/deployment.yaml",
        """
        apiVersion: apps/v1
        kind: Deployment
        metadata:
          name: web
        spec:
          replicas: 2
          selector:
            matchLabels: {app: web}
          template:
            metadata:
              labels: {app: web}
            spec:
              containers:
              - name: web
                image: nginx
                ports:
                - containerPort: 80
        """);
    write(
        "k8s/base/service.yaml",
        """
        apiVersion: v1
        kind: Service
        metadata:
          name: web
        spec:
          selector: {app: web}
          ports:
          - port: 80
        """);
    write(
        "k8s/base/configmap.yaml",
        """
        apiVersion: v1
        kind: ConfigMap
        metadata:
          name: settings
        data:
          currency: EUR
        """);
    write(
        "k8s/base/secret.yaml",
        """
        apiVersion: v1
        kind: Secret
        metadata:
          name: payment
        stringData:
          token: not-a-real-token
        """);
    overlay(namespace, "1.27.0");
  }

  /** The overlay that the Application points at. */
  void overlay(String namespace, String tag) {
    write(
        "k8s/app/kustomization.yaml",
        """
        namespace: %s
        resources:
        - ../base
        images:
        - name: nginx
          newTag: %s
        """
            .formatted(namespace, tag));
  }

  void write(String path, String content) {
    try {
      Path file = folder.resolve(path);
      Files.createDirectories(file.getParent());
      Files.writeString(file, content);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void delete(String path) {
    try {
      Files.delete(folder.resolve(path));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  RevCommit commit(String author, String message) {
    try {
      git.add().addFilepattern(".").call();
      git.add().addFilepattern(".").setUpdate(true).call();
      return git.commit()
          .setMessage(message)
          .setAuthor(author, author + "@example.com")
          .setCommitter(author, author + "@example.com")
          .setSign(false)
          .call();
    } catch (GitAPIException e) {
      throw new IllegalStateException("cannot commit " + message, e);
    }
  }

  void branch(String name) {
    try {
      git.checkout().setCreateBranch(true).setName(name).call();
    } catch (GitAPIException e) {
      throw new IllegalStateException("cannot make branch " + name, e);
    }
  }

  void merge(String branch, String message) {
    try {
      git.checkout().setName("main").call();
      git.merge()
          .include(git.getRepository().findRef(branch))
          .setFastForward(MergeCommand.FastForwardMode.NO_FF)
          .setMessage(message)
          .call();
    } catch (GitAPIException | IOException e) {
      throw new IllegalStateException("cannot merge " + branch, e);
    }
  }

  void revert(RevCommit commit) {
    try {
      git.revert().include(commit).call();
    } catch (GitAPIException e) {
      throw new IllegalStateException("cannot revert " + commit.name(), e);
    }
  }

  @Override
  public void close() {
    git.close();
  }
}
