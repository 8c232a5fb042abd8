package io.gitops4j.terraform.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.gitops4j.diff.Action;
import io.gitops4j.diff.Change;
import io.gitops4j.diff.Reason;
import io.gitops4j.terraform.DriftRule;
import io.gitops4j.terraform.testing.OneTarget;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class ShownPlanTest {
  private static final String APPLIED =
      """
      {"data": {"a": "1", "b": "2"}, "version": "100", "etag": "x", "token": "first-token"}""";
  private static final String EDITED =
      """
      {"data": {"a": "1", "b": "9", "c": "3"}, "version": "105", "etag": "y",
       "token": "first-token"}""";

  @Test
  @DisplayName("what leads back is drift, though a provider counted versions and computes anew")
  void seesDriftThroughComputedValues() throws IOException {
    String corrected =
        """
        {"data": {"a": "1", "b": "2"}, "version": "105", "token": "first-token"}""";

    Change change = change(corrected, "{\"data\": {}, \"etag\": true}", List.of());

    assertThat(change.reason()).isEqualTo(Reason.DRIFTED);
    assertThat(change.fields())
        .extracting(f -> f.path() + " " + f.after().orElse("gone"))
        .containsExactly("data.b 2", "data.c gone", "etag (known after apply)");
  }

  @Test
  @DisplayName("what leads elsewhere is a pending change, also where it is secret")
  void tellsPendingChanges() throws IOException {
    String third = "{\"data\": {\"a\": \"1\", \"b\": \"7\"}, \"token\": \"first-token\"}";
    String both = "{\"data\": {\"a\": \"0\", \"b\": \"2\"}, \"token\": \"first-token\"}";
    String secret = "{\"data\": {\"a\": \"1\", \"b\": \"2\"}, \"token\": \"other-token\"}";
    String unknown = "{\"version\": true, \"etag\": true}";

    assertThat(change(third, unknown, List.of()).reason()).isEqualTo(Reason.CHANGED);
    assertThat(change(both, unknown, List.of()).reason()).isEqualTo(Reason.CHANGED);
    assertThat(change(secret, unknown, List.of()).reason()).isEqualTo(Reason.CHANGED);
    assertThat(
            change(
                    "{}",
                    "{\"data\": true, \"version\": true, \"etag\": true, \"token\": true}",
                    List.of())
                .reason())
        .as("nothing is known of where it leads")
        .isEqualTo(Reason.CHANGED);
  }

  @Test
  @DisplayName("a rule for attributes leaves drift, though computed attributes change with them")
  void ignoresThroughComputedValues() throws IOException {
    String corrected =
        "{\"data\": {\"a\": \"1\", \"b\": \"2\"}, \"version\": \"105\", \"token\": \"first-token\"}";
    String unknown = "{\"etag\": true}";

    assertThat(change(corrected, unknown, List.of(new DriftRule("test.*", "data"))).action())
        .isEqualTo(Action.NONE);
    assertThat(change(corrected, unknown, List.of(new DriftRule("test.*", "data.b"))).action())
        .as("the rule does not speak of data.c")
        .isEqualTo(Action.UPDATE);
  }

  /** Of an update after an edit by hand. */
  private static Change change(String planned, String unknown, List<DriftRule> ignored)
      throws IOException {
    String resource =
        "\"address\":\"test.a\",\"mode\":\"managed\",\"type\":\"test\",\"name\":\"a\"";
    String shown =
        """
        {"resource_drift": [{%1$s, "change": {"actions": ["update"], "before": %2$s, "after": %3$s}}],
         "resource_changes": [{%1$s, "change": {"actions": ["update"], "before": %3$s, "after": %4$s,
           "after_unknown": %5$s, "before_sensitive": {"token": true},
           "after_sensitive": {"token": true}}}]}
        """
            .formatted(resource, APPLIED, EDITED, planned, unknown);
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(file)) {
      zip.putNextEntry(new ZipEntry("tfstate"));
      zip.write("{\"lineage\": \"l\", \"serial\": 1}".getBytes(StandardCharsets.UTF_8));
    }
    Secrets secrets = Secrets.of(OneTarget.workspace("# none"));
    return ShownPlan.read(
            file.toByteArray(), shown.getBytes(StandardCharsets.UTF_8), secrets, ignored)
        .changes()
        .get(0);
  }
}
