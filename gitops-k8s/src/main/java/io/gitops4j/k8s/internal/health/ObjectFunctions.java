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
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.stream.Stream;

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

  private static final String OUTDATED = "outdated";
  private static final String OUTDATED_ID = "gitops4j_outdated";

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
          new Function("label", SimpleType.STRING, (o, n) -> noted(o, "labels", n)),
          new Function("annotation", SimpleType.STRING, (o, n) -> noted(o, "annotations", n)),
          new Function("number", SimpleType.INT, (o, p) -> number(at(o, p))),
          new Function("flag", SimpleType.BOOL, (o, p) -> "true".equals(text(at(o, p)))),
          new Function(
              "list",
              ListType.create(SimpleType.DYN),
              (o, p) -> at(o, p) instanceof List<?> list ? list : List.of()));

  private ObjectFunctions() {}

  static List<CelFunctionDecl> declarations() {
    List<CelFunctionDecl> all = new ArrayList<>();
    for (Function function : ALL) {
      all.add(
          CelFunctionDecl.newFunctionDeclaration(
              function.name(),
              newMemberOverload(
                  function.overload(), function.result(), SimpleType.DYN, SimpleType.STRING)));
    }
    all.add(
        CelFunctionDecl.newFunctionDeclaration(
            OUTDATED,
            newMemberOverload(
                OUTDATED_ID, SimpleType.BOOL, SimpleType.DYN, ListType.create(SimpleType.DYN))));
    return all;
  }

  static List<CelFunctionBinding> bindings() {
    List<CelFunctionBinding> all = new ArrayList<>();
    for (Function function : ALL) {
      all.add(
          CelFunctionBinding.from(
              function.overload(),
              Map.class,
              String.class,
              (object, name) -> function.body().apply(object, name)));
    }
    all.add(
        CelFunctionBinding.from(
            OUTDATED_ID, Map.class, List.class, (object, list) -> outdated(object, list)));
    return all;
  }

  /** Without a receiver a function looks at the whole object. */
  static List<CelMacro> macros() {
    return Stream.concat(ALL.stream().map(Function::name), Stream.of(OUTDATED))
        .map(
            name ->
                CelMacro.newGlobalMacro(
                    name,
                    1,
                    (factory, target, arguments) ->
                        Optional.of(
                            factory.newReceiverCall(
                                name, factory.newIdentifier(Expressions.SELF), arguments))))
        .toList();
  }

  private static boolean is(Map<?, ?> object, String type, String status) {
    return conditions(object, type).stream()
        .anyMatch(c -> status.equalsIgnoreCase(string(c, "status")));
  }

  /** The condition of a type; the last one where a controller keeps a record of them. */
  private static Map<?, ?> condition(Map<?, ?> object, String type) {
    List<Map<?, ?>> found = conditions(object, type);
    return found.isEmpty() ? Map.of() : found.get(found.size() - 1);
  }

  private static List<Map<?, ?>> conditions(Map<?, ?> object, String type) {
    Object all = object.get("conditions");
    if (object.get("status") instanceof Map<?, ?> status) {
      all = status.get("conditions");
    }
    List<Map<?, ?>> found = new ArrayList<>();
    if (all instanceof List<?> list) {
      for (Object one : list) {
        if (one instanceof Map<?, ?> map && type.equals(map.get("type"))) {
          found.add(map);
        }
      }
    }
    return found;
  }

  /** Whether a condition was written for another generation than the object has now. */
  private static boolean outdated(Map<?, ?> object, List<?> conditions) {
    Object generation = at(object, "metadata.generation");
    return generation != null
        && conditions.stream()
            .anyMatch(
                c ->
                    c instanceof Map<?, ?> map
                        && map.containsKey("observedGeneration")
                        && !generation.equals(map.get("observedGeneration")));
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

  private static String noted(Map<?, ?> object, String where, String name) {
    return at(object, "metadata." + where) instanceof Map<?, ?> map ? string(map, name) : "";
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
