package io.gitops4j.k8s.internal.client;

/** Where the credentials of requests come from. Thread-safe. */
interface Credentials {
  /**
   * The one to send with. It may be read from a file or made by a program, on the caller's thread.
   */
  Credential current() throws CredentialException;

  /**
   * The server refused one.
   *
   * @return whether {@link #current} may give another one now
   */
  boolean refused(Credential credential);

  /** One that stays as it is. */
  static Credentials fixed(Credential credential) {
    return new Credentials() {
      @Override
      public Credential current() {
        return credential;
      }

      @Override
      public boolean refused(Credential refused) {
        return false;
      }
    };
  }
}
