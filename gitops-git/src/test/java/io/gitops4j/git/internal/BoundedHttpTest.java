package io.gitops4j.git.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.gitops4j.git.GitLimits;
import java.lang.reflect.Proxy;
import java.net.URL;
import java.util.ArrayList;
import java.util.List;
import org.eclipse.jgit.transport.http.HttpConnection;
import org.eclipse.jgit.transport.http.HttpConnectionFactory;
import org.eclipse.jgit.util.HttpSupport;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class BoundedHttpTest {
  @Test
  @DisplayName("certificates and host names are checked, whatever JGit has read")
  void checksCertificates() throws Exception {
    List<String> called = new ArrayList<>();
    HttpConnection recorded =
        (HttpConnection)
            Proxy.newProxyInstance(
                HttpConnection.class.getClassLoader(),
                new Class<?>[] {HttpConnection.class},
                (proxy, method, arguments) -> {
                  called.add(method.getName());
                  return null;
                });
    HttpConnection bounded =
        new BoundedHttp(new Connections(recorded), new Allowance(GitLimits.standard(), () -> false))
            .create(new URL("https://git.example/repo"));

    HttpSupport.disableSslVerify(bounded);
    bounded.setUseCaches(false);

    assertThat(called).containsExactly("setUseCaches");
  }

  private record Connections(HttpConnection connection) implements HttpConnectionFactory {
    @Override
    public HttpConnection create(URL url) {
      return connection;
    }

    @Override
    public HttpConnection create(URL url, java.net.Proxy proxy) {
      return connection;
    }
  }
}
