package io.gitops4j.controller;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One name for all the ways to write the address of a repository. A webhook may say {@code https}
 * where a source says {@code ssh}; as it is a hint only, ports and schemes may differ.
 */
final class RepositoryAddress {
  private static final Pattern URL =
      Pattern.compile("[a-zA-Z][a-zA-Z0-9+.-]*://(?:[^@/]*@)?([^/:]+)(?::\\d+)?/(.*)");
  private static final Pattern SCP = Pattern.compile("(?:[^@/]+@)?([^/:]+):(.+)");

  private RepositoryAddress() {}

  /** Host and path; a path of this machine as it is. */
  static String of(String address) {
    String bare = address.replaceAll("/+$", "").replaceAll("\\.git$", "");
    Matcher match = URL.matcher(bare);
    if (!match.matches()) {
      match = SCP.matcher(bare);
    }
    return match.matches()
        ? match.group(1).toLowerCase(Locale.ROOT) + "/" + match.group(2).replaceAll("^/+", "")
        : bare;
  }
}
