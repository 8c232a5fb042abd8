package io.gitops4j.k8s.internal.health;

import static dev.cel.common.CelOverloadDecl.newMemberOverload;

import dev.cel.common.CelFunctionDecl;
import dev.cel.common.types.CelType;
import dev.cel.common.types.ListType;
import dev.cel.common.types.SimpleType;
import dev.cel.parser.CelMacro;
import dev.cel.runtime.CelFunctionBinding;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.BiFunction;

/**
 * Functions of expressions that look into an object and take what is absent for empty: {@code
 * isTrue('Ready')}, {@code text('status.phase')}. Without a receiver they look at the whole object;
 * with one, at a part that has conditions and fields of its own.
 */
final class ObjectFunctions {
  private record Function(String name, CelType result, BiFunction<Map<?, ?>, String, Object> body) {
    String overload() {
      return "gitops4j_" + name;
    }
  }

  private static final List<Function> ALL =
      List.of(
          new Function("isTrue", SimpleType.BOOL, (o, t) -> is(o, t, "True")),
          new Function("isFalse", SimpleType.BOOL, (o, t) -> is(o, t, "False")),
          new Function("isUnknown", SimpleType.BOOL, (o, t) -> is(o, t, "Unknown")),
          new Function("tells", SimpleType.BOOL, (o, t) -> !condition(o, t).isEmpty()),
          new Function("reason", SimpleType.STRING, (o, t) -> string(condition(o, t), "reason")),
          new Function("message", SimpleType.STRING, (o, t) -> string(condition(o, t), "message")),
          new Function("said", SimpleType.STRING, ObjectFunctions::said),
          new Function("present", SimpleType.BOOL, (o, p) -> at(o, p) != null),
          new Function("text", SimpleType.STRING, (o, p) -> text(at(o, p))),
          new Function("number", SimpleType.INT, (o, p) -> number(at(o, p))),
          new Function("flag", SimpleType.BOOL, (o, p) -> "true".equals(text(at(o, p)))),
          new Function(
              "list",
              ListType.create(SimpleType.DYN),
              (o, p) -> at(o, p) instanceof List<?> list ? list : List.of()));

  private ObjectFunctions() {}

  static Set<String> names() {
    return ALL.stream().map(Function::name).collect(java.util.stream.Collectors.toSet());
  }

  static List<CelFunctionDecl> declarations() {
    return ALL.stream()
        .map(
            f ->
                CelFunctionDecl.newFunctionDeclaration(
                    f.name(),
                    newMemberOverload(f.overload(), f.result(), SimpleType.DYN, SimpleType.STRING)))
        .toList();
  }

  static List<CelFunctionBinding> bindings() {
    return ALL.stream()
        .map(
            f ->
                CelFunctionBinding.from(
                    f.overload(), Map.class, String.class, (o, name) -> f.body().apply(o, name)))
        .toList();
  }

  /** Without a receiver a function looks at the whole object. */
  static List<CelMacro> macros() {
    List<CelMacro> macros = new ArrayList<>();
    for (Function function : ALL) {
      macros.add(
          CelMacro.newGlobalMacro(
              function.name(),
              1,
              (factory, target, arguments) ->
                  java.util.Optional.of(
                      factory.newReceiverCall(
                          function.name(), factory.newIdentifier(Expressions.SELF), arguments))));
    }
    return macros;
  }

  private static boolean is(Map<?, ?> object, String type, String status) {
    return status.equalsIgnoreCase(string(condition(object, type), "status"));
  }

  private static Map<?, ?> condition(Map<?, ?> object, String type) {
    Object all = object.get("conditions");
    if (object.get("status") instanceof Map<?, ?> status) {
      all = status.get("conditions");
    }
    if (all instanceof List<?> list) {
      for (Object one : list) {
        if (one instanceof Map<?, ?> map && type.equals(map.get("type"))) {
          return map;
        }
      }
    }
    return Map.of();
  }

  private static String said(Map<?, ?> object, String type) {
    Map<?, ?> condition = condition(object, type);
    String reason = string(condition, "reason").strip();
    String message = string(condition, "message").strip();
    if (reason.isEmpty() || reason.equals(message)) {
      return message.isEmpty() ? type + " is " + string(condition, "status") : message;
    }
    return message.isEmpty() ? reason : reason + ": " + message;
  }

  private static String string(Map<?, ?> map, String name) {
    return text(map.get(name));
  }

  private static String text(Object value) {
    return value instanceof String || value instanceof Number || value instanceof Boolean
        ? value.toString()
        : "";
  }

  private static Long number(Object value) {
    if (value instanceof Number number) {
      return number.longValue();
    }
    if (value instanceof String text && text.matches("-?\\d{1,18}")) {
      return Long.valueOf(text);
    }
    return 0L;
  }

  private static Object at(Map<?, ?> object, String path) {
    Object value = object;
    for (String step : path.split("\\.")) {
      if (!(value instanceof Map<?, ?> map)) {
        return null;
      }
      value = map.get(step);
    }
    return Objects.equals(value, "") ? null : value;
  }
}
