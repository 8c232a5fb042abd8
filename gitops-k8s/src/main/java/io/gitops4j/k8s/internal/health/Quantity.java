package io.gitops4j.k8s.internal.health;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An amount as Kubernetes writes it, such as {@code 500m} or {@code 2Gi}. Equal amounts are equal,
 * however they are written.
 */
record Quantity(BigDecimal amount) implements Comparable<Quantity> {
  private static final Pattern FORM =
      Pattern.compile(
          "([+-]?(?:\\d{1,40}(?:\\.\\d{0,40})?|\\.\\d{1,40}))"
              + "(?:(Ki|Mi|Gi|Ti|Pi|Ei|n|u|m|k|M|G|T|P|E)|[eE]([+-]?\\d{1,3}))?");
  private static final Map<String, Integer> BINARY =
      Map.of("Ki", 1, "Mi", 2, "Gi", 3, "Ti", 4, "Pi", 5, "Ei", 6);
  private static final Map<String, Integer> DECIMAL =
      Map.of("n", -9, "u", -6, "m", -3, "k", 3, "M", 6, "G", 9, "T", 12, "P", 15, "E", 18);

  Quantity {
    amount = amount.stripTrailingZeros();
  }

  static Optional<Quantity> parse(String text) {
    Matcher parts = FORM.matcher(text);
    if (!parts.matches()) {
      return Optional.empty();
    }
    BigDecimal number = new BigDecimal(parts.group(1));
    String suffix = parts.group(2);
    if (parts.group(3) != null) {
      number = number.scaleByPowerOfTen(Integer.parseInt(parts.group(3)));
    } else if (suffix != null && BINARY.containsKey(suffix)) {
      number = number.multiply(BigDecimal.valueOf(1024).pow(BINARY.get(suffix)));
    } else if (suffix != null) {
      number = number.scaleByPowerOfTen(DECIMAL.get(suffix));
    }
    // The server keeps no more than nano, and rounds up.
    return Optional.of(new Quantity(number.setScale(9, RoundingMode.UP)));
  }

  boolean isInteger() {
    return amount.scale() <= 0 && amount.toBigInteger().bitLength() < Long.SIZE;
  }

  @Override
  public int compareTo(Quantity other) {
    return amount.compareTo(other.amount);
  }
}
