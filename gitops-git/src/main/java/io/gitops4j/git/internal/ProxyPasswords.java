package io.gitops4j.git.internal;

import java.io.IOException;
import java.net.Authenticator;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.MalformedURLException;
import java.net.PasswordAuthentication;
import java.net.Proxy;
import java.net.URL;
import java.net.URLConnection;
import java.net.URLStreamHandler;
import org.jspecify.annotations.Nullable;

/**
 * Asks the JVM's authenticator for the passwords of proxies, which are those of the JVM, and not
 * for those of servers: it would answer a server before the credentials that were given do, and
 * also where none are to be used. Thread-safe.
 */
final class ProxyPasswords extends Authenticator {
  private static final ProxyPasswords ONLY = new ProxyPasswords();

  private ProxyPasswords() {}

  /** The same URL, whose connections get no other passwords. */
  static URL only(URL url) throws MalformedURLException {
    return new URL(null, url.toExternalForm(), new Connections(url));
  }

  @Override
  public @Nullable PasswordAuthentication requestPasswordAuthenticationInstance(
      String host,
      InetAddress address,
      int port,
      String protocol,
      String prompt,
      String scheme,
      URL url,
      RequestorType asking) {
    Authenticator ofTheJvm = Authenticator.getDefault();
    return asking == RequestorType.PROXY && ofTheJvm != null
        ? ofTheJvm.requestPasswordAuthenticationInstance(
            host, address, port, protocol, prompt, scheme, url, asking)
        : null;
  }

  /** JGit opens a connection by itself; a URL is all that it takes. */
  private static final class Connections extends URLStreamHandler {
    private final URL url;

    Connections(URL url) {
      this.url = url;
    }

    @Override
    protected URLConnection openConnection(URL same) throws IOException {
      return only(url.openConnection());
    }

    @Override
    protected URLConnection openConnection(URL same, Proxy proxy) throws IOException {
      return only(url.openConnection(proxy));
    }

    private static URLConnection only(URLConnection connection) {
      ((HttpURLConnection) connection).setAuthenticator(ONLY);
      return connection;
    }
  }
}
