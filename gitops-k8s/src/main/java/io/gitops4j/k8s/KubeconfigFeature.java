package io.gitops4j.k8s;

/**
 * What a kubeconfig may ask for beyond an address and a credential. It may come from where others
 * write, so each is allowed by name or refused. Programs ({@code exec}) are allowed by {@link
 * ExecPlugins}; {@code auth-provider} is never run.
 */
public enum KubeconfigFeature {
  /** Files of this machine: {@code tokenFile}, {@code client-key} and the like by path. */
  FILES,
  /** A server whose certificate is not checked: {@code insecure-skip-tls-verify}. */
  INSECURE_TLS,
  /** All traffic through somebody else: {@code proxy-url}. */
  PROXY
}
