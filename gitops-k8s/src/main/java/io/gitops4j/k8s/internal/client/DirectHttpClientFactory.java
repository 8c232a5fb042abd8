package io.gitops4j.k8s.internal.client;

import io.fabric8.kubernetes.client.jdkhttp.JdkHttpClientFactory;
import java.net.http.HttpClient;

/**
 * The JDK's HTTP client, which goes nowhere else. Left to itself it follows every redirect with the
 * token, and with the Secret that is written, to whatever host is named. An API server sends none.
 */
final class DirectHttpClientFactory extends JdkHttpClientFactory {
  @Override
  protected void additionalConfig(HttpClient.Builder builder) {
    builder.followRedirects(HttpClient.Redirect.NEVER);
  }
}
