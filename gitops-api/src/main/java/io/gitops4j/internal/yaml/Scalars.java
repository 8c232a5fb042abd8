package io.gitops4j.internal.yaml;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.BooleanNode;
import tools.jackson.databind.node.DoubleNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.NullNode;
import tools.jackson.databind.node.StringNode;

/**
 * What a scalar means to kubectl, which reads YAML 1.1 as go-yaml does and then turns it into JSON:
 * {@code y} and {@code on} are booleans, {@code 0777} is octal, dates stay texts, and a whole
 * number that does not fit 64 bits becomes a double.
 */
public final class Scalars {
  private static final Set<String> NULLS = Set.of("", "~", "null", "Null", "NULL");
  private static final Set<String> TRUES =
      Set.of("y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON");
  private static final Set<String> FALSES =
      Set.of("n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF");
  private static final Pattern FLOAT =
      Pattern.compile("[-+]?(\\.[0-9]+|[0-9]+(\\.[0-9]*)?)([eE][-+]?[0-9]+)?");
  private static final Pattern NOT_A_NUMBER =
      Pattern.compile("[-+]?\\.(inf|Inf|INF)|\\.(nan|NaN|NAN)");
  private static final int LONGEST_NUMBER = 400;
  private static final BigInteger MAX = BigInteger.valueOf(Long.MAX_VALUE);
  private static final BigInteger MIN = BigInteger.valueOf(Long.MIN_VALUE);

  private Scalars() {}

  /** The value of an unquoted scalar without a tag. */
  public static JsonNode plain(String text) {
    if (NULLS.contains(text)) {
      return NullNode.getInstance();
    }
    if (TRUES.contains(text) || FALSES.contains(text)) {
      return BooleanNode.valueOf(TRUES.contains(text));
    }
    char first = text.charAt(0);
    if (first == '+' || first == '-' || first == '.' || first >= '0' && first <= '9') {
      JsonNode number = number(text);
      if (number != null) {
        return number;
      }
    }
    return StringNode.valueOf(text);
  }

  /** The value of a scalar with an explicit tag, such as {@code !!str}. */
  static JsonNode tagged(String tag, String text) {
    return switch (tag) {
      case "tag:yaml.org,2002:null" -> NullNode.getInstance();
      case "tag:yaml.org,2002:binary" ->
          StringNode.valueOf(
              new String(Base64.getMimeDecoder().decode(text), StandardCharsets.UTF_8));
      case "tag:yaml.org,2002:bool", "tag:yaml.org,2002:int" -> plain(text);
      case "tag:yaml.org,2002:float" -> {
        JsonNode value = plain(text);
        yield value.isNumber() ? value : StringNode.valueOf(text);
      }
      default -> StringNode.valueOf(text);
    };
  }

  /** A key is a text in JSON, whatever it was in YAML. */
  static String key(JsonNode key) {
    return key.isString() ? key.asString() : key.toString();
  }

  private static @Nullable JsonNode number(String text) {
    if (NOT_A_NUMBER.matcher(text).matches()) {
      throw new IllegalArgumentException(text + " is a number that JSON cannot hold");
    }
    String bare = text.replace("_", "");
    BigInteger whole = whole(bare);
    if (whole != null) {
      return whole.compareTo(MAX) > 0 || whole.compareTo(MIN) < 0
          ? real(whole.doubleValue())
          : JsonNodeFactory.instance.numberNode(whole.longValue());
    }
    return FLOAT.matcher(bare).matches() ? real(Double.parseDouble(bare)) : null;
  }

  /** Go writes a double without a fraction as a whole number. */
  private static @Nullable JsonNode real(double value) {
    if (Double.isInfinite(value)) {
      return null; // go-yaml takes a number that no double holds for a text
    }
    if (value == Math.rint(value) && Math.abs(value) < 1e21) {
      return JsonNodeFactory.instance.numberNode(BigDecimal.valueOf(value).toBigInteger());
    }
    return DoubleNode.valueOf(value);
  }

  private static @Nullable BigInteger whole(String text) {
    boolean signed = text.startsWith("-") || text.startsWith("+");
    String digits = (signed ? text.substring(1) : text).toLowerCase(Locale.ROOT);
    int radix = 10;
    if (digits.startsWith("0x")) {
      radix = 16;
    } else if (digits.startsWith("0o")) {
      radix = 8;
    } else if (digits.startsWith("0b")) {
      radix = 2;
    }
    if (radix != 10) {
      digits = digits.substring(2);
    } else if (digits.length() > 1 && digits.startsWith("0")) {
      radix = 8;
    }
    // Reading a number of a million digits takes its square in time; no double holds so many.
    if (digits.length() > LONGEST_NUMBER || !digits.matches("[0-9a-f]+")) {
      return null;
    }
    try {
      BigInteger value = new BigInteger(digits, radix);
      return text.startsWith("-") ? value.negate() : value;
    } catch (NumberFormatException e) {
      return null; // a text, or a float, that begins like a whole number
    }
  }
}
