package io.gitops4j.git;

import io.gitops4j.model.Sensitive;
import java.util.Objects;

/** What a Git server is told about who asks. Immutable. */
public sealed interface GitCredentials {
  /** Nothing is told: public repositories and files. */
  record None() implements GitCredentials {}

  /**
   * A user name with a password or token, over HTTP.
   *
   * @param username as the server knows it; many servers take any name with a token
   * @param password the password or token
   */
  record Basic(String username, Sensitive<String> password) implements GitCredentials {
    /** Checks that no part is missing. */
    public Basic {
      Objects.requireNonNull(username, "username");
      Objects.requireNonNull(password, "password");
    }
  }

  /**
   * A private key, over SSH. The server's key must be among the known hosts: an unknown one is
   * refused, never asked for or learned.
   *
   * @param privateKey without a passphrase, in OpenSSH or PEM form
   * @param knownHosts in the form of {@code known_hosts}
   */
  record SshKey(Sensitive<String> privateKey, String knownHosts) implements GitCredentials {
    /** Checks that no part is missing. */
    public SshKey {
      Objects.requireNonNull(privateKey, "privateKey");
      Objects.requireNonNull(knownHosts, "knownHosts");
    }
  }

  /**
   * Nothing is told.
   *
   * @return the credentials
   */
  static GitCredentials none() {
    return new None();
  }
}
