package io.gitops4j.git.internal;

import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.net.URL;
import java.util.Set;
import java.util.zip.GZIPInputStream;
import org.eclipse.jgit.transport.http.HttpConnection;
import org.eclipse.jgit.transport.http.HttpConnectionFactory;
import org.jspecify.annotations.Nullable;

/**
 * HTTP whose answers are counted as they are read, unpacked where they come packed. Certificates
 * are checked, whatever is asked for, and the JVM's passwords are for proxies.
 */
record BoundedHttp(HttpConnectionFactory connections, Allowance allowance)
    implements HttpConnectionFactory {
  private static final String ENCODING = "Content-Encoding";
  private static final Set<String> GZIP = Set.of("gzip", "x-gzip");

  /** JGit calls them only to take any certificate, of any host. */
  private static final Set<String> UNCHECKING = Set.of("configure", "setHostnameVerifier");

  @Override
  public HttpConnection create(URL url) throws IOException {
    return bounded(connections.create(ProxyPasswords.only(url)));
  }

  @Override
  public HttpConnection create(URL url, java.net.@Nullable Proxy proxy) throws IOException {
    return bounded(connections.create(ProxyPasswords.only(url), proxy));
  }

  private HttpConnection bounded(HttpConnection connection) {
    return (HttpConnection)
        Proxy.newProxyInstance(
            HttpConnection.class.getClassLoader(),
            new Class<?>[] {HttpConnection.class},
            new Bounded(connection));
  }

  private final class Bounded implements InvocationHandler {
    private final HttpConnection connection;
    private @Nullable InputStream in;

    Bounded(HttpConnection connection) {
      this.connection = connection;
    }

    @Override
    public @Nullable Object invoke(
        Object proxy, Method method, @Nullable Object @Nullable [] arguments) throws Throwable {
      if (method.getName().equals("getInputStream")) {
        return body();
      }
      if (method.getName().equals("getHeaderField")
          && arguments != null
          && ENCODING.equals(arguments[0])) {
        return null; // unpacked here: a little that is packed can be much
      }
      if (UNCHECKING.contains(method.getName())) {
        return null;
      }
      try {
        return method.invoke(connection, arguments);
      } catch (InvocationTargetException e) {
        throw e.getCause();
      }
    }

    private InputStream body() throws IOException {
      InputStream body = in;
      if (body == null) {
        checkSmart();
        InputStream raw = connection.getInputStream();
        String encoding = connection.getHeaderField(ENCODING);
        body =
            allowance.wire(
                encoding != null && GZIP.contains(encoding) ? new GZIPInputStream(raw) : raw);
        in = body;
      }
      return body;
    }

    /** From a server that only gives files JGit would take files of any size. */
    private void checkSmart() throws IOException {
      String type = connection.getContentType();
      if (connection.getRequestMethod().equals("GET")
          && (type == null || !type.startsWith("application/x-git-"))) {
        throw new IOException(
            "what answers is no Git server that speaks the smart HTTP protocol: it sends " + type);
      }
    }
  }
}
