package io.gitops4j.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gitops4j.error.ConfigurationException;
import io.gitops4j.reconcile.Destination;
import io.gitops4j.render.Desired;
import io.gitops4j.source.SourceProvider;
import io.gitops4j.tck.InMemoryDestination;
import io.gitops4j.tck.InMemorySource;
import io.gitops4j.tck.TextSet;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProvidersTest {
  @TempDir Path folder;

  /** Nothing to say. */
  public record Nothing() {}

  /** Something else. */
  public record Other() {}

  /** A factory of that name. */
  public static class Memory implements SourceProviderFactory<Nothing> {
    @Override
    public String name() {
      return "memory";
    }

    @Override
    public Class<Nothing> configType() {
      return Nothing.class;
    }

    @Override
    public SourceProvider create(Nothing config) {
      return new InMemorySource();
    }
  }

  /** Another factory of the same name. */
  public static final class Twin extends Memory {}

  /** A destination of texts. */
  public static final class Texts implements DestinationFactory<Nothing, TextSet> {
    @Override
    public String name() {
      return "texts";
    }

    @Override
    public Class<Nothing> configType() {
      return Nothing.class;
    }

    @Override
    public Destination<TextSet> create(Nothing config) {
      return new InMemoryDestination();
    }
  }

  @Test
  @DisplayName("a provider is made by its name")
  void makesByName() throws IOException {
    Providers providers = registered(SourceProviderFactory.class, Memory.class);

    assertThat(providers.source("memory", new Nothing())).isInstanceOf(InMemorySource.class);
  }

  @Test
  @DisplayName("two providers of one name are an error that names both classes")
  void refusesTwins() throws IOException {
    Providers providers = registered(SourceProviderFactory.class, Memory.class, Twin.class);

    assertThatThrownBy(() -> providers.source("memory", new Nothing()))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining(Memory.class.getName())
        .hasMessageContaining(Twin.class.getName());
  }

  @Test
  @DisplayName("a name that nobody has is an error that lists the names there are")
  void listsNames() throws IOException {
    Providers providers = registered(SourceProviderFactory.class, Memory.class);

    assertThatThrownBy(() -> providers.source("got", new Nothing()))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("there are memory");
    assertThatThrownBy(() -> providers.renderer("manifests", TextSet.class, new Nothing()))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("no provider is registered");
  }

  @Test
  @DisplayName("a configuration or a desired state of another type is refused by name")
  void refusesOtherTypes() throws IOException {
    Providers sources = registered(SourceProviderFactory.class, Memory.class);
    Providers destinations = registered(DestinationFactory.class, Texts.class);

    assertThatThrownBy(() -> sources.source("memory", new Other()))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining(Nothing.class.getName());
    assertThat(destinations.destination("texts", TextSet.class, new Nothing())).isNotNull();
    assertThatThrownBy(() -> destinations.destination("texts", Desired.class, new Nothing()))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining(TextSet.class.getName());
  }

  private Providers registered(Class<?> seam, Class<?>... factories) throws IOException {
    Path services = folder.resolve(seam.getSimpleName()).resolve("META-INF/services");
    Files.createDirectories(services);
    StringBuilder lines = new StringBuilder();
    for (Class<?> factory : factories) {
      lines.append(factory.getName()).append('\n');
    }
    Files.writeString(services.resolve(seam.getName()), lines);
    URL root = services.getParent().getParent().toUri().toURL();
    return Providers.visibleTo(new URLClassLoader(new URL[] {root}, getClass().getClassLoader()));
  }
}
