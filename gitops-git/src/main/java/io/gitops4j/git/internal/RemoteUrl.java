package io.gitops4j.git.internal;

import io.gitops4j.git.GitCredentials;
import io.gitops4j.model.Sensitive;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.eclipse.jgit.transport.URIish;

/**
 * An address as it was written: what of it can be shown, and what cannot.
 *
 * @param bare without a password, and for HTTP without a user
 * @param ssh whether it is spoken to over SSH
 * @param embedded the user information that it held
 */
public record RemoteUrl(String bare, boolean ssh, Optional<GitCredentials> embedded) {
  private static final RemoteUrl UNREADABLE = new RemoteUrl("", false, Optional.empty());

  private static final Set<String> SCHEMES = Set.of("https", "http", "ssh", "git", "file");

  /** Takes an address apart; what is wrong with it is added to the problems, without quoting it. */
  public static RemoteUrl parse(String url, List<String> problems) {
    if (url.startsWith("-") || url.chars().anyMatch(c -> c < ' ' || c == 127)) {
      problems.add("url cannot be read as one");
      return UNREADABLE;
    }
    try {
      URIish uri = new URIish(url);
      if (url.matches("[A-Za-z0-9+.-]+::.*")) {
        problems.add("url names a helper program, and none is run");
        return UNREADABLE;
      }
      // No Git server takes one, and JGit would repeat a token in it in every message.
      if (uri.getScheme() != null && url.indexOf('?') >= 0) {
        problems.add("url has a query; a token in it belongs into the credentials");
        return UNREADABLE;
      }
      // What a host begins with could be an option to a program that is given it.
      if (uri.getHost() != null && uri.getHost().startsWith("-")) {
        problems.add("url has a host that begins with '-'");
        return UNREADABLE;
      }
      boolean scp = uri.getScheme() == null && uri.getHost() != null;
      boolean path = uri.getScheme() == null && url.startsWith("/");
      if (!scp && !path && (uri.getScheme() == null || !SCHEMES.contains(uri.getScheme()))) {
        problems.add("url must be https, http, ssh, git, file, user@host:path or an absolute path");
        return UNREADABLE;
      }
      boolean local = path || "file".equals(uri.getScheme());
      if (!local && (uri.getHost() == null || uri.getHost().isEmpty())) {
        problems.add("url has no host; special characters in a password must be escaped, / as %2F");
        return UNREADABLE;
      }
      boolean http = uri.getScheme() != null && uri.getScheme().startsWith("http");
      // JGit puts the address into its messages.
      URIish bare = http ? uri.setUser(null).setPass(null) : uri.setPass(null);
      Optional<GitCredentials> embedded =
          http && uri.getUser() != null
              ? Optional.of(
                  new GitCredentials.Basic(
                      uri.getUser(), Sensitive.of(Objects.requireNonNullElse(uri.getPass(), ""))))
              : Optional.empty();
      return new RemoteUrl(
          bare.equals(uri) ? url : bare.toPrivateString(),
          scp || "ssh".equals(uri.getScheme()),
          embedded);
    } catch (URISyntaxException e) {
      problems.add("url cannot be read as one");
      return UNREADABLE;
    }
  }
}
