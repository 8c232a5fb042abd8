package io.gitops4j.k8s.internal.health;

import static org.assertj.core.api.Assertions.assertThat;

import io.gitops4j.health.Health;
import io.gitops4j.health.HealthStatus;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

class LuaSandboxTest {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  @Test
  @DisplayName("a script in Argo CD's manner reads the object and tells status and message")
  void runsScripts() {
    String script =
        """
        local hs = {}
        hs.status = "Progressing"
        hs.message = "waiting"
        if obj.status ~= nil and obj.status.conditions ~= nil then
          for i, condition in ipairs(obj.status.conditions) do
            if condition.type ~= "Ready" then goto continue end
            if condition.status == "False" then
              hs.status = "Degraded"
              hs.message = string.format("%d: %s", i, condition.message)
              return hs
            end
            ::continue::
          end
        end
        return hs
        """;

    assertThat(run(script, "{}")).isEqualTo(new Health(HealthStatus.PROGRESSING, "waiting"));
    assertThat(
            run(
                script,
                "{'status':{'conditions':[{'type':'A'},"
                    + "{'type':'Ready','status':'False','message':'no disk'}]}}"))
        .isEqualTo(new Health(HealthStatus.DEGRADED, "2: no disk"));
  }

  @ParameterizedTest(name = "{0}")
  @DisplayName("functions for texts do as Lua does")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "('3/5'):match('(%d+)/(%d+)') | 3",
        "string.find('hello world', 'o w') | 5",
        "string.find('a.b', '.', 1, true) | 2",
        "string.gsub('a-b-c', '-', '+') | a+b+c",
        "(string.gsub('hello', '(l+)', '<%1>')) | he<ll>o",
        "(string.gsub('$name is', '%$(%w+)', {name = 'it'})) | it is",
        "(string.gsub('abc', '%w', function(c) return c:upper() end)) | ABC",
        "('x'):rep(3, ',') | x,x,x",
        "('hello'):sub(-3, -2) | ll",
        "string.lower('AbC') .. #'abc' | abc3",
        "string.match('  trim ', '^%s*(.-)%s*$') | trim",
        "string.match('f(a(b)c)d', '%b()') | (a(b)c)",
        "string.match('THE (quick) fox', '%f[%a]%a+%f[%A]') | THE",
        "string.match('[set]', '[]]') | ]",
        "string.format('%.1f;%-4s;%03d;%x;%%', 3.14159, 'ab', 7, 255) | 3.1;ab  ;007;ff;%",
        "table.concat({'a', 'b'}, ', ') | a, b",
        "tostring(string.byte('A')) .. string.char(66) | 65B",
        "tostring(os.time({year=2026, month=1, day=1, hour=0})) | 1767225600",
        "tostring(table.getn({1, 2})) | 2"
      })
  void doesAsLuaDoes(String expression, String expected) {
    Health found =
        run("return {status = 'Healthy', message = tostring((" + expression + "))}", "{}");

    assertThat(found.message()).isEqualTo(expected);
  }

  @Test
  @DisplayName("gmatch goes through all matches, and positions are captured")
  void iterates() {
    assertThat(
            run(
                    """
                    local out = {}
                    for key, at in string.gmatch("a=1, bc=2", "(%w+)()=") do
                      table.insert(out, key .. at)
                    end
                    return {status = "Healthy", message = table.concat(out, " ")}
                    """,
                    "{}")
                .message())
        .isEqualTo("a2 bc8");
  }

  @ParameterizedTest
  @DisplayName("what runs without end, or makes too much, is stopped and never healthy")
  @ValueSource(
      strings = {
        "while true do end",
        "local function f() return f() end return f()",
        "local function f() f() return 1 end f()",
        "while true do pcall(function() while true do end end) end",
        "local s = 'x' while true do s = s .. s end",
        "return {status = 'Healthy', message = ('x'):rep(1e9)}",
        "local s = ('a'):rep(5000) return s:match('.-.-.-.-.-.-.-b')",
        "local s = ('a'):rep(3000) return s:gsub('.', ('b'):rep(9000))",
        "local t = {} for i = 1, 1000 do t[i] = ('y'):rep(900000) end return table.concat(t)",
        "return table.unpack({}, 1, 1e8)",
        "local t = {} local n = 0 while true do n = n + 1 t[n] = {} end",
        "return string.format('%s%s%s', ('x'):rep(3000000), ('x'):rep(3000000), 'x')"
      })
  void isBounded(String script) {
    Health found = run(script, "{}");

    assertThat(found.status()).as(found.message()).isEqualTo(HealthStatus.UNKNOWN);
    assertThat(found.message()).startsWith("its script");
  }

  @ParameterizedTest
  @DisplayName("nothing outside of the object can be reached")
  @ValueSource(
      strings = {
        "io",
        "debug",
        "luajava",
        "package",
        "require",
        "dofile",
        "loadfile",
        "load",
        "loadstring",
        "coroutine",
        "print",
        "os.execute",
        "os.getenv",
        "os.exit",
        "os.remove",
        "string.dump"
      })
  void isASandbox(String name) {
    assertThat(run("return {status = 'Healthy', message = type(" + name + ")}", "{}").message())
        .isEqualTo("nil");
  }

  @Test
  @DisplayName("no script leaves anything behind for the next")
  void keepsNothing() {
    run("x = 1 string.upper = nil getmetatable('').__index = nil return {status='Healthy'}", "{}");

    assertThat(
            run(
                    "return {status='Healthy', message=tostring(x)..('a'):upper()..string.upper('b')}",
                    "{}")
                .message())
        .isEqualTo("nilAB");
  }

  @ParameterizedTest
  @DisplayName("a script that fails or tells nothing makes the health unknown")
  @ValueSource(strings = {"return nil", "return {}", "return {status = 'Fine'}", "return obj.a.b"})
  void failsAsUnknown(String script) {
    assertThat(run(script, "{}").status()).isEqualTo(HealthStatus.UNKNOWN);
  }

  private static Health run(String script, String object) {
    return LuaSandbox.compile("test", script).run(JSON.readTree(object.replace('\'', '"')));
  }
}
