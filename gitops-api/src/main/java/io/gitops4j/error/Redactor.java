package io.gitops4j.error;

import java.util.regex.Pattern;

/** Takes credentials out of texts before anybody sees them. Thread-safe. */
public final class Redactor {
  private static final Pattern USER_INFO =
      Pattern.compile("(?i)\\b([a-z][a-z0-9+.-]*://)[^/?#\\s]*@");
  private static final Pattern QUERY =
      Pattern.compile(
          "(?i)([?&](?:access_token|private_token|token|password|secret|sig|signature|key)=)"
              + "[^&#\\s]+");
  private static final Pattern BEARER =
      Pattern.compile("(?i)\\b(bearer|basic)\\s+[A-Za-z0-9+/_.=~-]{4,}");

  private Redactor() {}

  /**
   * The text with user information of URLs, token-like query parameters and authorization values
   * replaced by {@code ***}.
   *
   * @param text any text
   * @return the text without credentials
   */
  public static String redact(String text) {
    String out = USER_INFO.matcher(text).replaceAll("$1***@");
    out = QUERY.matcher(out).replaceAll("$1***");
    return BEARER.matcher(out).replaceAll("$1 ***");
  }
}
