package io.gitops4j.git;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import io.gitops4j.error.SourceException;
import io.gitops4j.model.Sensitive;
import io.gitops4j.operation.OperationContext;
import io.gitops4j.source.FetchResult;
import java.io.IOException;
import java.net.Authenticator;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.PasswordAuthentication;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.eclipse.jgit.transport.CredentialItem;
import org.eclipse.jgit.transport.CredentialsProvider;
import org.eclipse.jgit.transport.URIish;
import org.eclipse.jgit.transport.UsernamePasswordCredentialsProvider;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Credentials that something put into the whole JVM go to no Git server. */
class JvmCredentialsTest extends ServedHarness {
  private final Authenticator authenticator = Authenticator.getDefault();
  private final CredentialsProvider provider = CredentialsProvider.getDefault();
  private final ProxySelector proxies = ProxySelector.getDefault();
  private final List<String> asked = new CopyOnWriteArrayList<>();

  @BeforeEach
  void commit() throws Exception {
    repository.push("main", repository.commit("first", Map.of("a.txt", "first")));
    Authenticator.setDefault(
        new Authenticator() {
          @Override
          protected PasswordAuthentication getPasswordAuthentication() {
            asked.add(String.valueOf(getRequestorType()));
            return new PasswordAuthentication("jvm", "canary-jvm".toCharArray());
          }
        });
    CredentialsProvider.setDefault(
        new UsernamePasswordCredentialsProvider("jgit", "canary-jgit") {
          @Override
          public boolean get(URIish uri, CredentialItem... items) {
            asked.add("JGIT");
            return super.get(uri, items);
          }
        });
  }

  @AfterEach
  void restore() {
    Authenticator.setDefault(authenticator);
    CredentialsProvider.setDefault(provider);
    ProxySelector.setDefault(proxies);
  }

  @Test
  @DisplayName("a server that wants a password gets the one that was given, or none")
  void givesNoOther() throws Exception {
    try (GitHttpServer guarded = GitHttpServer.guarded(folder, "ann", "right")) {
      fetch(guarded.url("repo.git"), new GitCredentials.Basic("ann", Sensitive.of("right")));
      for (GitCredentials wrong :
          List.of(
              GitCredentials.none(),
              GitCredentials.userSsh(),
              new GitCredentials.Basic("ann", Sensitive.of("wrong")))) {
        assertThatThrownBy(() -> fetch(guarded.url("repo.git"), wrong))
            .isInstanceOfSatisfying(
                SourceException.class,
                e -> assertThat(e.code()).isEqualTo("SOURCE-AUTHENTICATION-FAILED"));
      }

      assertThat(asked).isEmpty();
      assertThat(guarded.received("Authorization"))
          .containsExactlyInAnyOrder("Basic YW5uOnJpZ2h0", "Basic YW5uOndyb25n");
    }
  }

  @Test
  @DisplayName("a proxy gets the password that the JVM has for it")
  void asksForProxies() throws Exception {
    List<String> authorized = new CopyOnWriteArrayList<>();
    HttpServer proxy =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    proxy.createContext(
        "/",
        exchange -> {
          String password = exchange.getRequestHeaders().getFirst("Proxy-Authorization");
          boolean allowed = password != null;
          if (allowed) {
            authorized.add(password);
            exchange.getResponseHeaders().set("WWW-Authenticate", "Basic realm=\"git\"");
          } else {
            exchange.getResponseHeaders().set("Proxy-Authenticate", "Basic realm=\"proxy\"");
          }
          exchange.sendResponseHeaders(allowed ? 401 : 407, -1);
          exchange.close();
        });
    proxy.start();
    ProxySelector.setDefault(new Through(proxy.getAddress()));
    try {
      assertThatThrownBy(() -> fetch("http://git.example/repo.git", GitCredentials.none()))
          .isInstanceOf(SourceException.class);
    } finally {
      proxy.stop(0);
    }

    assertThat(authorized).isNotEmpty().containsOnly("Basic anZtOmNhbmFyeS1qdm0=");
    assertThat(asked).isNotEmpty().containsOnly("PROXY");
  }

  private void fetch(String url, GitCredentials credentials) {
    try (GitSource source =
        GitSource.builder(url)
            .reference("main")
            .credentials(credentials)
            .cacheDirectory(folder.resolve("cache"))
            .build()) {
      ((FetchResult.Fetched) source.fetch(Optional.empty(), OperationContext.create()))
          .snapshot()
          .close();
    }
  }

  private static final class Through extends ProxySelector {
    private final SocketAddress proxy;

    Through(SocketAddress proxy) {
      this.proxy = proxy;
    }

    @Override
    public List<Proxy> select(URI uri) {
      return List.of(new Proxy(Proxy.Type.HTTP, proxy));
    }

    @Override
    public void connectFailed(URI uri, SocketAddress address, IOException failure) {
      // The source tells.
    }
  }
}
