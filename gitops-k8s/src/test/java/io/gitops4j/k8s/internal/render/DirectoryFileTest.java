package io.gitops4j.k8s.internal.render;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.gitops4j.error.RenderException;
import io.gitops4j.k8s.YamlLimits;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.GenerationMode;
import net.jqwik.api.Label;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

@Label("a file among manifests")
class DirectoryFileTest {
  private record Field(String name, String value) {}

  private static final List<Field> FIELDS =
      List.of(
          new Field("apiVersion", "v1"),
          new Field("kind", "ConfigMap"),
          new Field("metadata", "{\"name\": \"b\"}"));

  private static final String BLOCK = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: b}\n";

  @Property(tries = 1000, generation = GenerationMode.EXHAUSTIVE)
  @Label("that lost any one character of a manifest is never taken for something else")
  void isNoOtherForASlip(@ForAll("manifests") String manifest) {
    assertThat(file(bytes(manifest)).manifests()).hasSize(1);
    for (int cut = 0; cut < manifest.length(); cut++) {
      String slip = manifest.substring(0, cut) + manifest.substring(cut + 1);
      DirectoryFile file = file(bytes(slip));
      try {
        assertThat(file.manifests()).as(slip).isNotEmpty();
      } catch (RenderException e) {
        assertThat(file.isOther(e)).as(slip).isFalse();
      }
    }
  }

  @Example
  @Label("that is in UTF-16, or encrypted, may be a manifest")
  void isNoOtherWhenItCannotBeRead() {
    for (Charset utf16 : List.of(StandardCharsets.UTF_16, StandardCharsets.UTF_16LE)) {
      assertThat(isOther(BLOCK.getBytes(utf16))).isFalse();
    }
    // As git-crypt leaves it: its name, a nonce, and what follows from a key.
    assertThat(isOther("\0GITCRYPT\0\u00fe\u0099\u00c3".getBytes(StandardCharsets.ISO_8859_1)))
        .isFalse();
    assertThat(isOther("a: [\u00e9\n".getBytes(StandardCharsets.ISO_8859_1))).isFalse();
    assertThat(isOther(bytes("a: [\u00e9\n"))).isTrue();
  }

  @Example
  @Label("that lists manifests, or stands for one elsewhere, is never taken for something else")
  void isNoOtherAroundAManifest() {
    assertThat(isOther(bytes("[{\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\"}]"))).isFalse();
    assertThat(isOther(bytes("[{\"kind\":\"route\",\"to\":\"a\"}]"))).isTrue();
    byte[] pointer =
        bytes("version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n");
    assertThat(isOther(pointer)).isFalse();
    assertThat(catchThrowableOfType(RenderException.class, file(pointer)::manifests))
        .hasMessageContaining("b.yaml")
        .hasMessageContaining("Git LFS");
  }

  /** In each order of its fields, and in each way to write it. */
  @Provide
  Arbitrary<String> manifests() {
    Arbitrary<Function<List<Field>, String>> styles =
        Arbitraries.of(
            fields -> joined(fields, "%s: %s", "", "\n", "\n"),
            fields -> joined(fields, "%s: %s", "---\r\n", "\r\n", "\r\n"),
            fields -> joined(fields, "'%s' : %s", "", "\n", ""),
            fields -> joined(fields, "%s: %s", "{", ", ", "}"),
            fields -> joined(fields, "%s: %s", "--- {\n  ", ",\n  ", "\n}\n"),
            fields -> joined(quoted(fields), "\"%s\":%s", "{", ",", "}"),
            fields -> joined(quoted(fields), "\"%s\": %s", "{ ", ", ", " }"),
            fields -> joined(quoted(fields), "\"%s\": %s", "{\n\t", ",\n\t", "\n}"));
    return Arbitraries.of("", "\uFEFF")
        .flatMap(
            mark ->
                styles.flatMap(
                    style -> Arbitraries.shuffle(FIELDS).map(all -> mark + style.apply(all))));
  }

  private static List<Field> quoted(List<Field> fields) {
    return fields.stream()
        .map(f -> f.value().startsWith("{") ? f : new Field(f.name(), '"' + f.value() + '"'))
        .toList();
  }

  private static String joined(
      List<Field> fields, String field, String before, String between, String after) {
    return fields.stream()
        .map(f -> field.formatted(f.name(), f.value()))
        .collect(Collectors.joining(between, before, after));
  }

  private static boolean isOther(byte[] content) {
    DirectoryFile file = file(content);
    return file.isOther(catchThrowableOfType(RenderException.class, file::manifests));
  }

  private static DirectoryFile file(byte[] content) {
    return new DirectoryFile("b.yaml", content, YamlLimits.standard());
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
