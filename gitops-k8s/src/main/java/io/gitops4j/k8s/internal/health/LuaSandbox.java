package io.gitops4j.k8s.internal.health;

import io.gitops4j.health.Health;
import io.gitops4j.health.HealthStatus;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.stream.Stream;
import org.luaj.vm2.Globals;
import org.luaj.vm2.Lua;
import org.luaj.vm2.LuaClosure;
import org.luaj.vm2.LuaError;
import org.luaj.vm2.LuaFunction;
import org.luaj.vm2.LuaString;
import org.luaj.vm2.LuaTable;
import org.luaj.vm2.LuaValue;
import org.luaj.vm2.Prototype;
import org.luaj.vm2.Varargs;
import org.luaj.vm2.compiler.LuaC;
import org.luaj.vm2.lib.BaseLib;
import org.luaj.vm2.lib.DebugLib;
import org.luaj.vm2.lib.OneArgFunction;
import org.luaj.vm2.lib.TableLib;
import org.luaj.vm2.lib.jse.JseMathLib;
import tools.jackson.databind.JsonNode;

/**
 * Runs one script on LuaJ. Every run has globals of its own, no way to files, processes, classes or
 * other scripts, and a budget. Thread-safe.
 */
final class LuaSandbox {
  private static final String[] REFUSED = {
    "dofile", "loadfile", "load", "print", "collectgarbage", "require", "package"
  };

  static {
    // LuaJ keeps what a text's methods are for the whole JVM; no script can reach this table.
    LuaTable methods = new LuaTable();
    methods.set(LuaValue.INDEX, LuaStrings.table());
    methods.set(LuaValue.METATABLE, LuaValue.FALSE);
    LuaString.s_metatable = methods;
  }

  private final Prototype script;

  private LuaSandbox(Prototype script) {
    this.script = script;
  }

  static LuaSandbox compile(String name, String script) {
    try {
      byte[] bytes = script.getBytes(StandardCharsets.UTF_8);
      return new LuaSandbox(LuaC.instance.compile(new ByteArrayInputStream(bytes), name));
    } catch (LuaError | IOException e) {
      throw new IllegalArgumentException(name + ": " + e.getMessage(), e);
    }
  }

  /** The health that the script tells. */
  Health run(JsonNode live) {
    LuaBudget budget = LuaBudget.begin();
    try {
      Globals globals = globals(budget);
      globals.set("obj", value(live));
      return health(new LuaClosure(script, globals).call());
    } catch (LuaBudget.ExceededException e) {
      return Healths.unknown("its script was stopped: " + e.getMessage());
    } catch (LuaError | StackOverflowError e) {
      return Healths.unknown("its script failed: " + e.getMessage());
    } finally {
      LuaBudget.end();
    }
  }

  private static Health health(LuaValue told) {
    if (!told.istable()) {
      return Healths.unknown("its script returned no table but " + told.typename());
    }
    String word = told.get("status").optjstring("");
    String message = told.get("message").optjstring("");
    return Stream.of(HealthStatus.values())
        .filter(s -> s.word().equals(word))
        .findFirst()
        .map(s -> new Health(s, message))
        .orElseGet(() -> Healths.unknown("its script returned the status '" + word + "'"));
  }

  private static Globals globals(LuaBudget budget) {
    Globals globals = new Globals();
    // The libraries enter themselves here; it is taken away with the rest.
    LuaTable modules = new LuaTable();
    modules.set("loaded", new LuaTable());
    globals.set("package", modules);
    globals.load(new BaseLib());
    globals.load(new TableLib());
    globals.load(new JseMathLib());
    for (String name : REFUSED) {
      globals.set(name, LuaValue.NIL);
    }
    globals.set("string", LuaStrings.table());
    bound(globals.get("table").checktable());
    // What Lua 5.1 has, which Argo CD runs, and LuaJ, which is 5.2, has elsewhere.
    globals.set("unpack", globals.get("table").get("unpack"));
    LuaTable os = new LuaTable();
    LuaStrings.put(os, "time", LuaSandbox::time);
    globals.set("os", os);
    globals.debuglib = new Meter(budget);
    return globals;
  }

  /** Tables can make texts and lists out of nothing. */
  private static void bound(LuaTable table) {
    LuaValue concat = table.get("concat");
    LuaStrings.put(
        table,
        "concat",
        a -> {
          LuaTable list = a.checktable(1);
          int separator = a.narg() > 1 ? a.arg(2).tojstring().length() : 0;
          for (int i = 1; i <= list.length(); i++) {
            LuaBudget.current().step(1);
            LuaBudget.current().make(separator + list.get(i).tojstring().length());
          }
          return concat.invoke(a);
        });
    LuaValue unpack = table.get("unpack");
    LuaStrings.put(
        table,
        "unpack",
        a -> {
          long count = (long) a.optint(3, a.checktable(1).length()) - a.optint(2, 1);
          LuaBudget.current().step((int) Math.max(0, Math.min(count, Integer.MAX_VALUE)));
          return unpack.invoke(a);
        });
    table.set(
        "getn",
        new OneArgFunction() {
          @Override
          public LuaValue call(LuaValue list) {
            return list.len();
          }
        });
  }

  /** Seconds since 1970, of now or of a table of year, month, day, hour, min and sec. */
  private static Varargs time(Varargs arguments) {
    if (arguments.isnoneornil(1)) {
      return LuaValue.valueOf((double) Instant.now().getEpochSecond());
    }
    LuaTable fields = arguments.checktable(1);
    LocalDateTime time =
        LocalDateTime.of(fields.get("year").checkint(), 1, 1, 0, 0, 0)
            .plusMonths(fields.get("month").checkint() - 1L)
            .plusDays(fields.get("day").checkint() - 1L)
            .plusHours(fields.get("hour").optint(12))
            .plusMinutes(fields.get("min").optint(0))
            .plusSeconds(fields.get("sec").optint(0));
    return LuaValue.valueOf((double) time.toEpochSecond(ZoneOffset.UTC));
  }

  private static LuaValue value(JsonNode node) {
    if (node.isObject()) {
      LuaTable table = new LuaTable();
      for (Map.Entry<String, JsonNode> field : node.properties()) {
        table.set(field.getKey(), value(field.getValue()));
      }
      return table;
    }
    if (node.isArray()) {
      LuaTable list = new LuaTable();
      for (int i = 0; i < node.size(); i++) {
        list.set(i + 1, value(node.get(i)));
      }
      return list;
    }
    if (node.isNumber()) {
      return LuaValue.valueOf(node.asDouble());
    }
    if (node.isBoolean()) {
      return LuaValue.valueOf(node.asBoolean());
    }
    return node.isString() ? LuaValue.valueOf(node.asString()) : LuaValue.NIL;
  }

  /** Is asked before every instruction, and sees which texts it will join. */
  private static final class Meter extends DebugLib {
    private final LuaBudget budget;
    private final Deque<Frame> frames = new ArrayDeque<>();

    private record Frame(int[] code, LuaValue[] stack) {}

    private static final Frame NATIVE = new Frame(new int[0], new LuaValue[0]);

    Meter(LuaBudget budget) {
      this.budget = budget;
    }

    @Override
    public void onCall(LuaFunction function) {
      frames.push(NATIVE);
      budget.enter();
    }

    @Override
    public void onCall(LuaClosure closure, Varargs arguments, LuaValue[] stack) {
      frames.push(new Frame(closure.p.code, stack));
      budget.enter();
    }

    @Override
    public void onReturn() {
      frames.pop();
      budget.leave();
    }

    @Override
    public void onInstruction(int pc, Varargs arguments, int top) {
      budget.step(1);
      Frame frame = frames.peek();
      if (frame == null || pc >= frame.code().length) {
        return;
      }
      int instruction = frame.code()[pc];
      if (Lua.GET_OPCODE(instruction) == Lua.OP_CONCAT) {
        long bytes = 0;
        for (int i = Lua.GETARG_B(instruction); i <= Lua.GETARG_C(instruction); i++) {
          LuaValue part = frame.stack()[i];
          bytes += part != null && part.isstring() ? part.tojstring().length() : 0;
        }
        budget.make(bytes);
      }
    }

    @Override
    public String traceback(int level) {
      return "";
    }
  }
}
