package io.gitops4j.spi;

/**
 * Makes providers of one kind. Implementations are registered for {@link java.util.ServiceLoader}
 * under the sub-interface of their seam, have a public constructor without parameters, and are
 * thread-safe.
 *
 * @param <C> what a provider is configured with
 * @param <P> the provider
 */
public interface ProviderFactory<C extends Record, P> {
  /**
   * What it is asked for by.
   *
   * @return lower case, unique within its seam
   */
  String name();

  /**
   * What a provider is configured with.
   *
   * @return the record's class
   */
  Class<C> configType();

  /**
   * Makes a provider; contacts nothing.
   *
   * @param config its configuration
   * @return the provider; the caller closes it
   * @throws io.gitops4j.error.ConfigurationException that lists all problems
   */
  P create(C config);
}
