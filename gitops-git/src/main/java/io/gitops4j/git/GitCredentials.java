package io.gitops4j.git;

import io.gitops4j.model.Sensitive;
import java.util.Objects;
import java.util.function.Supplier;

/** What a Git server is told about who asks. Immutable. */
public sealed interface GitCredentials {
  /**
   * Nothing is told, and nothing of the user who runs the process is used: public repositories and
   * files.
   */
  record None() implements GitCredentials {}

  /**
   * What the user who runs the process has for SSH: the keys, agent, configuration and known hosts
   * in {@code ~/.ssh}, and the program that {@code GIT_SSH} names. For a tool that somebody starts,
   * not for a process that reads repositories on behalf of others: those would be read with its own
   * keys. Over anything but SSH as {@link None}.
   */
  record UserSsh() implements GitCredentials {}

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
   * As {@link Basic}, for a token that does not live long. Sources share answers ({@link GitPolls})
   * that have the same supplier.
   *
   * @param current asked before each operation on the server, on the thread of the pass, and by
   *     several threads at once; what it throws is {@code SOURCE-CREDENTIALS-UNAVAILABLE}
   */
  record RenewedBasic(Supplier<Basic> current) implements GitCredentials {
    /** Checks that somebody can be asked. */
    public RenewedBasic {
      Objects.requireNonNull(current, "current");
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

  /**
   * A user name with a token that is had anew for each operation, over HTTP.
   *
   * @param current who gives them; it keeps a token as long as that is good
   * @return the credentials
   */
  static GitCredentials basic(Supplier<Basic> current) {
    return new RenewedBasic(current);
  }

  /**
   * What the user who runs the process has for SSH.
   *
   * @return the credentials
   */
  static GitCredentials userSsh() {
    return new UserSsh();
  }
}
