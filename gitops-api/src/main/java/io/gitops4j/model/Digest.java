package io.gitops4j.model;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Objects;
import java.util.regex.Pattern;

/**
 * A content digest, written {@code algorithm:hex} as in OCI and Flux. Immutable.
 *
 * @param algorithm lower case, for example {@code sha256} or {@code sha1}
 * @param hex the hash in lower-case hexadecimal
 */
public record Digest(String algorithm, String hex) {
  private static final String SHA256 = "sha256";
  private static final Pattern ALGORITHM = Pattern.compile("[a-z0-9]+");
  private static final boolean[] HEX = new boolean['f' + 1];

  static {
    "0123456789abcdef".chars().forEach(c -> HEX[c] = true);
  }

  /**
   * Checks both parts.
   *
   * @throws IllegalArgumentException when a part is malformed
   */
  public Digest {
    Objects.requireNonNull(algorithm, "algorithm");
    Objects.requireNonNull(hex, "hex");
    // One of a few words, kept by the ten thousand, and nearly always the same one.
    boolean usual = algorithm.equals(SHA256);
    algorithm = usual ? SHA256 : algorithm.intern();
    if (!usual && !ALGORITHM.matcher(algorithm).matches() || !isHex(hex)) {
      throw new IllegalArgumentException("not a digest: " + algorithm + ":" + hex);
    }
  }

  private static boolean isHex(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      // Looked up: the digits of a hash are random, which is what a processor foretells worst.
      if (c >= HEX.length || !HEX[c]) {
        return false;
      }
    }
    return !text.isEmpty() && text.length() % 2 == 0;
  }

  /**
   * The SHA-256 digest of some bytes.
   *
   * @param content what to hash
   * @return its digest
   */
  public static Digest sha256(byte[] content) {
    try {
      return new Digest(
          SHA256, HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  /**
   * The SHA-256 digest of a text in UTF-8.
   *
   * @param text what to hash
   * @return its digest
   */
  public static Digest sha256(String text) {
    return sha256(text.getBytes(StandardCharsets.UTF_8));
  }

  /**
   * Reads {@code algorithm:hex}.
   *
   * @param text the written form
   * @return the digest
   * @throws IllegalArgumentException when the text is not of that form
   */
  public static Digest parse(String text) {
    int colon = text.indexOf(':');
    if (colon < 0) {
      throw new IllegalArgumentException("not a digest, expected algorithm:hex: " + text);
    }
    return new Digest(text.substring(0, colon), text.substring(colon + 1));
  }

  /**
   * The first characters of the hash, for people.
   *
   * @param length how many, at least 1
   * @return a prefix of {@link #hex()}
   */
  public String abbreviated(int length) {
    return hex.substring(0, Math.min(length, hex.length()));
  }

  @Override
  public String toString() {
    return algorithm + ":" + hex;
  }
}
