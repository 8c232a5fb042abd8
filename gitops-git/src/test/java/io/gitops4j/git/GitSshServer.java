package io.gitops4j.git;

import java.io.IOException;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.PublicKey;
import java.util.List;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.apache.sshd.common.config.keys.PublicKeyEntry;
import org.apache.sshd.common.keyprovider.KeyPairProvider;
import org.apache.sshd.server.SshServer;
import org.apache.sshd.server.shell.InvertedShellWrapper;
import org.apache.sshd.server.shell.ProcessShell;

/** An SSH server that runs {@code git-upload-pack} for the holder of one key. */
final class GitSshServer implements AutoCloseable {
  private final SshServer ssh;
  private final KeyPair hostKey;

  private GitSshServer(Path folder, KeyPair hostKey, PublicKey client) throws IOException {
    this.hostKey = hostKey;
    ssh = SshServer.setUpDefaultServer();
    ssh.setHost("127.0.0.1");
    ssh.setPort(0);
    ssh.setKeyPairProvider(KeyPairProvider.wrap(hostKey));
    ssh.setPublickeyAuthenticator(
        (user, key, session) -> user.equals("git") && KeyUtils.compareKeys(key, client));
    ssh.setCommandFactory(
        (channel, command) -> {
          String[] parts = command.split(" ", 2);
          if (!List.of("git-upload-pack", "git-receive-pack").contains(parts[0])) {
            throw new IOException("not permitted: " + command);
          }
          String path = parts[1].replace("'", "");
          return new InvertedShellWrapper(
              new ProcessShell(parts[0], folder.resolve(path.substring(1)).toString()));
        });
    ssh.start();
  }

  /** Starts one. */
  static GitSshServer start(Path folder, KeyPair hostKey, PublicKey client) throws IOException {
    return new GitSshServer(folder, hostKey, client);
  }

  String url(String repository) {
    return "ssh://git@127.0.0.1:" + ssh.getPort() + "/" + repository;
  }

  /** The line that makes its key known. */
  String knownHosts() {
    return knownHosts(this, hostKey);
  }

  /** The line that makes another key known as its own. */
  static String knownHosts(GitSshServer server, KeyPair key) {
    return "[127.0.0.1]:" + server.ssh.getPort() + " " + PublicKeyEntry.toString(key.getPublic());
  }

  @Override
  public void close() throws IOException {
    ssh.stop(true);
  }
}
