package io.gitops4j.git.internal;

import io.gitops4j.git.GitCredentials;
import io.gitops4j.model.Sensitive;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.eclipse.jgit.transport.URIish;

/**
 * An address as it was written: what of it can be shown, and what cannot.
 *
 * @param bare without a password, and for HTTP without a user
 * @param embedded the user information that it held
 */
public record RemoteUrl(String bare, Optional<GitCredentials> embedded) {
  private static final Set<String> SCHEMES = Set.of("https", "http", "ssh", "git", "file");

  /** Takes an address apart; what is wrong with it is added to the problems, without quoting it. */
  public static RemoteUrl parse(String url, List<String> problems) {
    try {
      URIish uri = new URIish(url);
      boolean scp = uri.getScheme() == null && uri.getHost() != null;
      boolean path = uri.getScheme() == null && url.startsWith("/");
      if (!scp && !path && (uri.getScheme() == null || !SCHEMES.contains(uri.getScheme()))) {
        problems.add("url must be https, http, ssh, git, file, user@host:path or an absolute path");
        return new RemoteUrl("", Optional.empty());
      }
      boolean http = uri.getScheme() != null && uri.getScheme().startsWith("http");
      // JGit puts the address into its messages.
      URIish bare = http ? uri.setUser(null).setPass(null) : uri.setPass(null);
      Optional<GitCredentials> embedded =
          http && uri.getPass() != null
              ? Optional.of(new GitCredentials.Basic(uri.getUser(), Sensitive.of(uri.getPass())))
              : Optional.empty();
      return new RemoteUrl(bare.equals(uri) ? url : bare.toPrivateString(), embedded);
    } catch (URISyntaxException e) {
      problems.add("url cannot be read as one");
      return new RemoteUrl("", Optional.empty());
    }
  }
}
