package io.gitops4j.k8s.internal.health;

import static dev.cel.common.CelOverloadDecl.newGlobalOverload;
import static dev.cel.common.CelOverloadDecl.newMemberOverload;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import dev.cel.common.CelFunctionDecl;
import dev.cel.common.CelOverloadDecl;
import dev.cel.common.types.CelType;
import dev.cel.common.types.ListType;
import dev.cel.common.types.OpaqueType;
import dev.cel.common.types.SimpleType;
import dev.cel.runtime.CelFunctionBinding;
import dev.cel.runtime.CelFunctionOverload;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Functions that Kubernetes adds to the expression language: quantities, lists and regular
 * expressions, by the names and meanings of its documentation. URLs are in {@link UrlFunctions}.
 */
final class KubernetesFunctions {
  private static final CelType QUANTITY = OpaqueType.create("kubernetes.Quantity");
  private static final CelType BOOL = SimpleType.BOOL;
  private static final CelType INT = SimpleType.INT;
  private static final CelType DYN = SimpleType.DYN;
  private static final CelType STRING = SimpleType.STRING;
  private static final CelType LIST = ListType.create(DYN);

  private final Map<String, List<CelOverloadDecl>> declared = new LinkedHashMap<>();
  private final List<CelFunctionBinding> bound = new ArrayList<>();

  KubernetesFunctions() {
    quantities();
    lists();
    expressions();
    UrlFunctions.addTo(this);
  }

  List<CelFunctionDecl> declarations() {
    return declared.entrySet().stream()
        .map(e -> CelFunctionDecl.newFunctionDeclaration(e.getKey(), e.getValue()))
        .toList();
  }

  List<CelFunctionBinding> bindings() {
    return bound;
  }

  <T> void global(
      String name, CelType result, CelType of, Class<T> type, CelFunctionOverload.Unary<T> body) {
    String id = "kubernetes_" + name;
    declare(name, newGlobalOverload(id, result, of));
    bound.add(CelFunctionBinding.from(id, type, body));
  }

  <T> void member(
      String name, CelType result, CelType of, Class<T> type, CelFunctionOverload.Unary<T> body) {
    String id = "kubernetes_" + name;
    declare(name, newMemberOverload(id, result, of));
    bound.add(CelFunctionBinding.from(id, type, body));
  }

  private <A, B> void member(
      String name,
      CelType result,
      List<CelType> of,
      Class<A> first,
      Class<B> second,
      CelFunctionOverload.Binary<A, B> body) {
    String id = "kubernetes_" + name + "_" + second.getSimpleName();
    declare(name, newMemberOverload(id, result, of));
    bound.add(CelFunctionBinding.from(id, first, second, body));
  }

  private void declare(String name, CelOverloadDecl overload) {
    declared.computeIfAbsent(name, n -> new ArrayList<>()).add(overload);
  }

  private void quantities() {
    global("quantity", QUANTITY, STRING, String.class, KubernetesFunctions::quantity);
    global("isQuantity", BOOL, STRING, String.class, t -> Quantity.parse(t).isPresent());
    member("sign", INT, QUANTITY, Quantity.class, q -> (long) q.amount().signum());
    member("isInteger", BOOL, QUANTITY, Quantity.class, Quantity::isInteger);
    member("asInteger", INT, QUANTITY, Quantity.class, q -> q.amount().longValueExact());
    member(
        "asApproximateFloat",
        SimpleType.DOUBLE,
        QUANTITY,
        Quantity.class,
        q -> q.amount().doubleValue());
    List<CelType> two = List.of(QUANTITY, QUANTITY);
    List<CelType> number = List.of(QUANTITY, INT);
    Class<Quantity> type = Quantity.class;
    member("add", QUANTITY, two, type, type, (a, b) -> new Quantity(a.amount().add(b.amount())));
    member("add", QUANTITY, number, type, Long.class, (a, b) -> plus(a, b));
    member(
        "sub", QUANTITY, two, type, type, (a, b) -> new Quantity(a.amount().subtract(b.amount())));
    member("sub", QUANTITY, number, type, Long.class, (a, b) -> plus(a, -b));
    member("isLessThan", BOOL, two, type, type, (a, b) -> a.compareTo(b) < 0);
    member("isGreaterThan", BOOL, two, type, type, (a, b) -> a.compareTo(b) > 0);
    member("compareTo", INT, two, type, type, (a, b) -> (long) a.compareTo(b));
  }

  private static Quantity quantity(String text) {
    return Quantity.parse(text)
        .orElseThrow(() -> new IllegalArgumentException("'" + text + "' is no quantity"));
  }

  private static Quantity plus(Quantity quantity, long more) {
    return new Quantity(quantity.amount().add(BigDecimal.valueOf(more)));
  }

  private void lists() {
    member("isSorted", BOOL, LIST, List.class, l -> sorted(l));
    member("sum", DYN, LIST, List.class, l -> sum(l));
    member("min", DYN, LIST, List.class, l -> extreme(l, -1));
    member("max", DYN, LIST, List.class, l -> extreme(l, 1));
    member(
        "indexOf",
        INT,
        List.of(LIST, DYN),
        List.class,
        Object.class,
        (l, x) -> (long) l.indexOf(x));
    member(
        "lastIndexOf",
        INT,
        List.of(LIST, DYN),
        List.class,
        Object.class,
        (l, x) -> (long) l.lastIndexOf(x));
  }

  private static boolean sorted(List<?> list) {
    for (int i = 1; i < list.size(); i++) {
      if (compare(list.get(i - 1), list.get(i)) > 0) {
        return false;
      }
    }
    return true;
  }

  private static Object sum(List<?> list) {
    if (list.stream().allMatch(Long.class::isInstance)) {
      return list.stream().mapToLong(x -> (Long) x).reduce(0, Math::addExact);
    }
    return list.stream().mapToDouble(x -> ((Number) x).doubleValue()).sum();
  }

  private static Object extreme(List<?> list, int sign) {
    Comparator<Object> order = (a, b) -> sign * compare(a, b);
    Optional<Object> found = list.stream().map(x -> (Object) x).max(order);
    return found.orElseThrow(() -> new IllegalArgumentException("the list is empty"));
  }

  private static int compare(Object a, Object b) {
    if (a instanceof Number x && b instanceof Number y) {
      return a instanceof Long && b instanceof Long
          ? Long.compare(x.longValue(), y.longValue())
          : Double.compare(x.doubleValue(), y.doubleValue());
    }
    if (a instanceof String x && b instanceof String y) {
      return x.compareTo(y);
    }
    throw new IllegalArgumentException("only numbers, or only texts, have an order");
  }

  /** RE2 takes time in proportion to the text, whatever the pattern. */
  private void expressions() {
    List<CelType> two = List.of(STRING, STRING);
    member(
        "find",
        STRING,
        two,
        String.class,
        String.class,
        (text, pattern) -> {
          Matcher matcher = Pattern.compile(pattern).matcher(text);
          return matcher.find() ? matcher.group() : "";
        });
    member(
        "findAll",
        ListType.create(STRING),
        two,
        String.class,
        String.class,
        (text, pattern) -> {
          List<String> found = new ArrayList<>();
          Matcher matcher = Pattern.compile(pattern).matcher(text);
          while (matcher.find()) {
            found.add(matcher.group());
          }
          return found;
        });
  }
}
