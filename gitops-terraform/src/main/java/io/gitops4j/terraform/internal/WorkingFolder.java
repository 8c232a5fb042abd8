package io.gitops4j.terraform.internal;

import io.gitops4j.error.Stage;
import io.gitops4j.internal.file.FolderLock;
import io.gitops4j.internal.file.PrivateFiles;
import io.gitops4j.model.Digest;
import io.gitops4j.model.TargetId;
import io.gitops4j.operation.OperationContext;
import io.gitops4j.terraform.Backend;
import io.gitops4j.terraform.TerraformConfig;
import io.gitops4j.terraform.TerraformWorkspace;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Stream;
import tools.jackson.databind.node.ObjectNode;

/**
 * Where one target is worked on: the files of its newest revision, what the program keeps between
 * runs, and what one run needs. Held by one pass at a time, between threads and processes. Only its
 * owner reads it.
 */
public final class WorkingFolder implements AutoCloseable {
  private static final String OVERRIDE = "gitops4j_override.tf.json";
  private static final String LOCK_FILE = ".terraform.lock.hcl";
  private static final String FILES = "files.json";
  private static final int LONGEST_NAME = 219;

  private final Path folder;
  private final FolderLock lock;
  private final TerraformConfig config;
  private final String modulePath;

  private final SocketFolder sockets;

  private WorkingFolder(Path folder, FolderLock lock, TerraformConfig config, String modulePath)
      throws IOException {
    this.folder = folder;
    this.lock = lock;
    this.sockets = SocketFolder.of(folder.resolve("run"));
    this.config = config;
    this.modulePath = modulePath;
  }

  /** Waits for the folder of a target. */
  static WorkingFolder open(
      TerraformConfig config,
      TargetId target,
      String modulePath,
      Stage stage,
      OperationContext context)
      throws IOException {
    Path folder = of(config, target);
    PrivateFiles.createDirectory(config.folder());
    FolderLock lock = FolderLock.take(folder, stage, context);
    try {
      for (Path part : List.of(folder, folder.resolve("run"), folder.resolve("tree"))) {
        PrivateFiles.createDirectory(part);
      }
      return new WorkingFolder(folder, lock, config, modulePath);
    } catch (IOException | RuntimeException e) {
      lock.close();
      throw e;
    }
  }

  /** The folder of a target, which may not exist yet. */
  static Path of(TerraformConfig config, TargetId target) {
    String name = target.name().replaceAll("[^A-Za-z0-9._-]", "_");
    // A file system takes 255 bytes with all that is kept beside; the hash is of the whole name.
    String start = name.substring(0, Math.min(name.length(), LONGEST_NAME));
    return config.folder().resolve(start + "-" + target.shortHash());
  }

  /** What outlives the folder of a target. */
  static Path beside(TerraformConfig config, TargetId target, String suffix) {
    Path folder = of(config, target);
    return folder.resolveSibling(folder.getFileName() + suffix);
  }

  /** The root module, where the program runs. */
  Path module() {
    return folder.resolve("tree").resolve(modulePath);
  }

  /** What only this run needs. */
  Path run() {
    return folder.resolve("run");
  }

  /** The same by a path that sockets can have. */
  Path temporary() {
    return sockets.path();
  }

  /** What the program keeps between runs: modules, providers, the chosen backend. */
  Path data() {
    return folder.resolve("data");
  }

  Path cliConfig() {
    return folder.resolve("cli.tfrc");
  }

  Path state() {
    return folder.resolve("state").resolve("terraform.tfstate");
  }

  /** The folder itself, for what is kept beside. */
  Path root() {
    return folder;
  }

  /**
   * Makes what is from the repository exactly the workspace's files, and writes what the run needs.
   *
   * @return the digest of what {@code init} looks at
   */
  Digest write(TerraformWorkspace workspace) throws IOException {
    Path tree = folder.resolve("tree");
    Optional<Backend> backend = backend(workspace);
    Set<String> wanted = new TreeSet<>(workspace.files().keySet());
    backend.ifPresent(b -> wanted.add(inTree(OVERRIDE)));
    Set<String> earlier = written();
    if (!earlier.equals(wanted)) {
      makeRoom(tree, earlier, wanted);
    }
    for (Map.Entry<String, byte[]> file : workspace.files().entrySet()) {
      Path path = tree.resolve(file.getKey());
      Files.createDirectories(path.getParent());
      if (!Files.isRegularFile(path) || !same(path, file.getValue())) {
        Files.write(path, file.getValue());
      }
      setExecutable(path, workspace.programs().contains(file.getKey()));
    }
    Files.createDirectories(module());
    if (backend.isPresent()) {
      Files.writeString(module().resolve(OVERRIDE), override(backend.get()));
    }
    if (!earlier.equals(wanted)) {
      noteWritten(wanted);
    }
    writePrivate(cliConfig(), cliConfiguration());
    return initDigest(workspace, backend);
  }

  /** Variables go through a file that only its owner reads, never through arguments. */
  Optional<Path> writeVariables(TerraformWorkspace workspace) throws IOException {
    Path file = run().resolve("variables.tfvars.json");
    if (workspace.config().variables().isEmpty()) {
      Files.deleteIfExists(file);
      return Optional.empty();
    }
    ObjectNode all = Diagnostics.JSON.createObjectNode();
    workspace
        .config()
        .variables()
        .forEach((name, json) -> all.set(name, Diagnostics.JSON.readTree(json.reveal())));
    writePrivate(file, all.toString());
    return Optional.of(file);
  }

  /** Which providers the root module takes: from the repository, or else as init chose. */
  Path lockFile() {
    return module().resolve(LOCK_FILE);
  }

  /** Whether the repository pins its providers. */
  boolean pinned(TerraformWorkspace workspace) {
    return workspace.files().containsKey(inTree(LOCK_FILE));
  }

  /** The path of a file of the root module, from the root of the repository. */
  private String inTree(String name) {
    return modulePath.isEmpty() ? name : modulePath + "/" + name;
  }

  /** A small text that outlives the pass. */
  Optional<String> note(String name) throws IOException {
    Path file = folder.resolve(name);
    return Files.exists(file) ? Optional.of(Files.readString(file)) : Optional.empty();
  }

  void writeNote(String name, String text) throws IOException {
    writePrivate(folder.resolve(name), text);
  }

  void removeNote(String name) throws IOException {
    Files.deleteIfExists(folder.resolve(name));
  }

  /** Removes what only the run needed: plans and variables in clear. */
  @Override
  public void close() throws IOException {
    try (lock;
        sockets) {
      for (String name : List.of("plan.bin", "variables.tfvars.json", "errors")) {
        Files.deleteIfExists(run().resolve(name));
      }
    }
  }

  static void writePrivate(Path file, String text) throws IOException {
    writePrivate(file, text.getBytes(StandardCharsets.UTF_8));
  }

  /** Whole or not at all: beside it first, then renamed. */
  static void writePrivate(Path file, byte[] content) throws IOException {
    Path fresh = file.resolveSibling(file.getFileName() + ".new");
    Files.deleteIfExists(fresh);
    PrivateFiles.create(fresh);
    Files.write(fresh, content, StandardOpenOption.WRITE);
    Files.move(fresh, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
  }

  /** What the pass says, else a local file when the configuration does not say it either. */
  private Optional<Backend> backend(TerraformWorkspace workspace) {
    if (workspace.config().backend().isPresent()) {
      return workspace.config().backend();
    }
    boolean said =
        workspace.files().entrySet().stream()
            .filter(f -> inModule(f.getKey()))
            .anyMatch(f -> Declarations.backend(f.getValue()));
    return said ? Optional.empty() : Optional.of(new Backend("local", builtIn()));
  }

  /** Whether the root module declares variables that no plan keeps. */
  boolean saysEphemeral(TerraformWorkspace workspace) {
    return says(workspace, Declarations::ephemeral);
  }

  private boolean says(TerraformWorkspace workspace, Predicate<byte[]> what) {
    return workspace.files().entrySet().stream()
        .filter(f -> inModule(f.getKey()))
        .anyMatch(f -> what.test(f.getValue()));
  }

  /** No workspace beside the module either: each init would take it for a state to be moved. */
  private Map<String, String> builtIn() {
    Path workspaces = state().resolveSibling("terraform.tfstate.d");
    return Map.of("path", state().toString(), "workspace_dir", workspaces.toString());
  }

  private boolean inModule(String path) {
    String prefix = modulePath.isEmpty() ? "" : modulePath + "/";
    return path.startsWith(prefix)
        && !path.substring(prefix.length()).contains("/")
        && path.matches(".*\\.(tf|tofu)(\\.json)?");
  }

  private static String override(Backend backend) {
    ObjectNode root = Diagnostics.JSON.createObjectNode();
    ObjectNode settings =
        root.putObject("terraform").putObject("backend").putObject(backend.type());
    new TreeMap<>(backend.settings()).forEach(settings::put);
    return root.toString();
  }

  /** What revisions put into the tree; all else there is the program's, which finds it again. */
  private Set<String> written() throws IOException {
    Set<String> paths = new TreeSet<>();
    note(FILES)
        .ifPresent(text -> Diagnostics.JSON.readTree(text).forEach(p -> paths.add(p.asString(""))));
    return paths;
  }

  private void noteWritten(Set<String> paths) throws IOException {
    writeNote(FILES, Diagnostics.JSON.writeValueAsString(paths));
  }

  /** What is not of this revision goes; what the program wrote beside it stays. */
  private void makeRoom(Path tree, Set<String> earlier, Set<String> wanted) throws IOException {
    Set<String> all = new TreeSet<>(earlier);
    all.addAll(wanted);
    noteWritten(all); // first: a kill meanwhile leaves nothing that is not known
    for (String path : earlier) {
      if (!wanted.contains(path) && !path.contains(".tfstate")) {
        remove(tree, tree.resolve(path));
      }
    }
  }

  /** With the directories that held nothing else: a file may come in their place. */
  private static void remove(Path tree, Path file) throws IOException {
    if (!Files.isRegularFile(file)) {
      return;
    }
    Files.delete(file);
    Path parent = file.getParent();
    while (!parent.equals(tree) && isEmpty(parent)) {
      Files.delete(parent);
      parent = parent.getParent();
    }
  }

  private static boolean isEmpty(Path directory) throws IOException {
    try (Stream<Path> content = Files.list(directory)) {
      return content.findAny().isEmpty();
    }
  }

  private Digest initDigest(TerraformWorkspace workspace, Optional<Backend> backend) {
    StringBuilder text = new StringBuilder();
    workspace
        .files()
        .forEach(
            (path, content) -> {
              if (path.matches(".*\\.(tf|tofu)(\\.json)?|.*\\.terraform\\.lock\\.hcl")) {
                text.append(path).append(' ').append(Digest.sha256(content)).append('\n');
              }
            });
    text.append(backend.map(WorkingFolder::override).orElse(""));
    text.append(workspace.config().workspace()).append(cliConfiguration());
    return Digest.sha256(text.toString());
  }

  private String cliConfiguration() {
    StringBuilder text = new StringBuilder("disable_checkpoint = true\n");
    if (config.providerMirror().isEmpty() && config.allowedProviders().isEmpty()) {
      return text.toString();
    }
    StringBuilder include = new StringBuilder();
    for (String provider : new TreeSet<>(config.allowedProviders())) {
      include.append(include.isEmpty() ? "" : ", ").append('"').append(provider).append('"');
    }
    String only = include.isEmpty() ? "" : "    include = [" + include + "]\n";
    text.append("provider_installation {\n");
    if (config.providerMirror().isPresent()) {
      text.append("  filesystem_mirror {\n    path = ")
          .append(Diagnostics.JSON.writeValueAsString(config.providerMirror().get().toString()))
          .append('\n')
          .append(only)
          .append("  }\n");
    } else {
      text.append("  direct {\n").append(only).append("  }\n");
    }
    return text.append("}\n").toString();
  }

  /** A provisioner starts a script by its path. */
  private static void setExecutable(Path file, boolean wanted) throws IOException {
    boolean done = Files.isExecutable(file) == wanted || file.toFile().setExecutable(wanted);
    if (!done && wanted) {
      throw new IOException("the executable bit of " + file + " cannot be set");
    }
  }

  private static boolean same(Path file, byte[] content) throws IOException {
    return Files.size(file) == content.length
        && java.util.Arrays.equals(Files.readAllBytes(file), content);
  }
}
