package io.gitops4j.spi;

import io.gitops4j.error.ConfigurationException;
import io.gitops4j.reconcile.Destination;
import io.gitops4j.render.Desired;
import io.gitops4j.render.Renderer;
import io.gitops4j.source.SourceProvider;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;

/**
 * Finds providers by name among those registered with {@link ServiceLoader}. There is no order and
 * no first one: a name that two factories have is an error. Thread-safe.
 */
public final class Providers {
  private final ClassLoader loader;

  private Providers(ClassLoader loader) {
    this.loader = Objects.requireNonNull(loader, "loader");
  }

  /**
   * Looks where a class loader looks.
   *
   * @param loader the loader of the embedding product
   * @return the providers that it can see
   */
  public static Providers visibleTo(ClassLoader loader) {
    return new Providers(loader);
  }

  /**
   * Makes a source.
   *
   * @param name of its factory, such as {@code git}
   * @param config of the factory's {@link ProviderFactory#configType()}
   * @return the source; the caller closes it
   * @throws ConfigurationException when no factory or more than one has the name, or the
   *     configuration is of another type or wrong
   */
  public SourceProvider source(String name, Record config) {
    return SourceProvider.class.cast(
        create(named(SourceProviderFactory.class, "source", name), name, config));
  }

  /**
   * Makes a renderer.
   *
   * @param name of its factory, such as {@code manifests}
   * @param desired the kind of desired state that it must make
   * @param config of the factory's {@link ProviderFactory#configType()}
   * @param <D> the kind of desired state
   * @return the renderer
   * @throws ConfigurationException as {@link #source} does, and when it makes another kind
   */
  public <D extends Desired> Renderer<D> renderer(String name, Class<D> desired, Record config) {
    Renderer<?> made =
        Renderer.class.cast(create(named(RendererFactory.class, "renderer", name), name, config));
    check("renderer " + name + " makes ", made.desiredType(), desired);
    @SuppressWarnings("unchecked") // its desiredType says so
    Renderer<D> renderer = (Renderer<D>) made;
    return renderer;
  }

  /**
   * Makes a destination.
   *
   * @param name of its factory, such as {@code kubernetes}
   * @param desired the kind of desired state that it must take
   * @param config of the factory's {@link ProviderFactory#configType()}
   * @param <D> the kind of desired state
   * @return the destination; the caller closes it
   * @throws ConfigurationException as {@link #source} does, and when it takes another kind
   */
  public <D extends Desired> Destination<D> destination(
      String name, Class<D> desired, Record config) {
    Destination<?> made =
        Destination.class.cast(
            create(named(DestinationFactory.class, "destination", name), name, config));
    try {
      check("destination " + name + " takes ", made.differ().desiredType(), desired);
      check("destination " + name + " applies ", made.applier().desiredType(), desired);
    } catch (ConfigurationException e) {
      made.close();
      throw e;
    }
    @SuppressWarnings("unchecked") // its desiredType says so
    Destination<D> destination = (Destination<D>) made;
    return destination;
  }

  @SuppressWarnings("rawtypes") // a class of a generic interface is raw
  private ProviderFactory<?, ?> named(
      Class<? extends ProviderFactory> seam, String what, String name) {
    List<ProviderFactory<?, ?>> present = new ArrayList<>();
    try {
      for (ProviderFactory<?, ?> factory : ServiceLoader.load(seam, loader)) {
        present.add(factory);
      }
    } catch (ServiceConfigurationError e) {
      throw new ConfigurationException(
          what + " " + name, List.of("a registered factory cannot be loaded: " + e.getMessage()));
    }
    List<ProviderFactory<?, ?>> found =
        present.stream().filter(f -> f.name().equals(name)).toList();
    if (found.isEmpty()) {
      List<String> names = present.stream().map(ProviderFactory::name).distinct().sorted().toList();
      throw new ConfigurationException(
          what + " " + name,
          List.of(
              names.isEmpty()
                  ? "no provider is registered: add the module that holds it"
                  : "no provider has this name; there are " + String.join(", ", names)));
    }
    if (found.size() > 1) {
      List<String> classes = found.stream().map(f -> f.getClass().getName()).sorted().toList();
      throw new ConfigurationException(
          what + " " + name,
          List.of("more than one provider has this name: " + String.join(", ", classes)));
    }
    return found.get(0);
  }

  private static <C extends Record> Object create(
      ProviderFactory<C, ?> factory, String name, Record config) {
    if (!factory.configType().isInstance(config)) {
      throw new ConfigurationException(
          name,
          List.of(
              "it is configured with "
                  + factory.configType().getName()
                  + ", not with "
                  + config.getClass().getName()));
    }
    return factory.create(factory.configType().cast(config));
  }

  private static void check(String what, Class<?> actual, Class<?> expected) {
    if (!actual.equals(expected)) {
      throw new ConfigurationException(
          what.strip(), List.of(what + actual.getName() + ", not " + expected.getName()));
    }
  }
}
