package io.gitops4j.terraform;

import static org.assertj.core.api.Assertions.assertThat;

import io.gitops4j.diff.PlanId;
import io.gitops4j.gate.Gate;
import io.gitops4j.model.Sensitive;
import io.gitops4j.reconcile.ReconcileOutcome;
import io.gitops4j.reconcile.ReconcileOutcome.Kind;
import io.gitops4j.terraform.testing.OneTarget;
import io.gitops4j.terraform.testing.TerraformPrograms;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a configuration reads changes, and neither it nor the state does; with the real program. */
class ValuesFromElsewhereTest {
  @TempDir Path folder;
  private final Map<String, Sensitive<String>> environment = new HashMap<>();
  private String source;

  @BeforeEach
  void say() throws IOException {
    say("one");
    source =
        """
        data "terraform_remote_state" "other" {
          backend = "local"
          config  = { path = "%s" }
        }
        """
            .formatted(other());
  }

  @Test
  @DisplayName("what a data source gives is compared at every pass")
  void seesDataSources() throws IOException {
    for (Path program : TerraformPrograms.all()) {
      say("one");
      OneTarget target = target("data-" + program.getFileName(), program);
      target.commit(source + thing("data.terraform_remote_state.other.outputs.value"));
      assertThat(target.pass().kind()).isEqualTo(Kind.APPLIED);
      assertThat(target.pass().kind()).isEqualTo(Kind.IN_SYNC);

      say("two");

      assertThat(target.pass().kind()).isEqualTo(Kind.APPLIED);
      assertThat(target.pass().kind()).isEqualTo(Kind.IN_SYNC);
    }
  }

  @Test
  @DisplayName("a variable that the environment sets is compared at every pass")
  void seesVariablesOfTheEnvironment() {
    environment.put("TF_VAR_size", Sensitive.of("small"));
    OneTarget target = target("variable", TerraformPrograms.any());
    target.commit("variable \"size\" {}\n" + thing("var.size"));
    assertThat(target.pass().kind()).isEqualTo(Kind.APPLIED);
    assertThat(target.pass().kind()).isEqualTo(Kind.IN_SYNC);

    environment.put("TF_VAR_size", Sensitive.of("large"));

    assertThat(target.pass().kind()).isEqualTo(Kind.APPLIED);
    assertThat(target.pass().kind()).isEqualTo(Kind.IN_SYNC);
  }

  @Test
  @DisplayName("a plan that waits for approval is another when what it read changes, and only then")
  void voidsApprovals() throws IOException {
    Set<PlanId> approved = new HashSet<>();
    Gate approval = Gate.approval((id, plan) -> approved.contains(plan));
    OneTarget target = target("approval", TerraformPrograms.any());
    // The second source waits for the thing: only a refresh-only plan reads it.
    target.commit(
        source
            + thing("\"${data.terraform_remote_state.other.outputs.value} ${plantimestamp()}\"")
            + source
                .replace("\"other\"", "\"later\"")
                .replace("backend = ", "depends_on = [terraform_data.a]\n  backend = "));
    PlanId first = waiting(target.pass(t -> t.gate(approval)));
    TerraformPrograms.awaitNextSecond();
    assertThat(waiting(target.pass(t -> t.gate(approval)))).isEqualTo(first);
    approved.add(first);

    say("two");

    assertThat(waiting(target.pass(t -> t.gate(approval)))).isNotEqualTo(first);
  }

  @Test
  @DisplayName("a source that only a refresh-only plan reads costs no whole plan at every pass")
  void restsCheaply() throws IOException {
    Path calls = folder.resolve("calls");
    Path counting = folder.resolve("counting");
    Files.writeString(
        counting,
        "#!/bin/sh\necho \"$*\" >> %s\nexec %s \"$@\"\n".formatted(calls, TerraformPrograms.any()));
    assertThat(counting.toFile().setExecutable(true)).isTrue();
    OneTarget target = target("rest", counting);
    target.commit(
        thing("1") + source.replace("backend = ", "depends_on = [terraform_data.a]\n  backend = "));
    assertThat(target.pass().kind()).isEqualTo(Kind.APPLIED);
    assertThat(target.pass().kind()).isEqualTo(Kind.IN_SYNC);
    Files.delete(calls);

    assertThat(target.pass().kind()).isEqualTo(Kind.IN_SYNC);

    assertThat(Files.readAllLines(calls))
        .filteredOn(l -> l.startsWith("plan"))
        .singleElement()
        .asString()
        .contains("-refresh-only");
  }

  private OneTarget target(String name, Path program) {
    return new OneTarget(
        folder.resolve("work"),
        name,
        c -> c.binary(program).environment(() -> Map.copyOf(environment)));
  }

  private static String thing(String input) {
    return "resource \"terraform_data\" \"a\" {\n  input = " + input + "\n}\n";
  }

  private static PlanId waiting(ReconcileOutcome outcome) {
    assertThat(outcome.kind()).as(outcome.toString()).isEqualTo(Kind.PLANNED);
    return ((ReconcileOutcome.Planned) outcome).plan().id();
  }

  private Path other() {
    return folder.resolve("other.tfstate");
  }

  private void say(String value) throws IOException {
    Files.writeString(
        other(),
        """
        {"version": 4, "terraform_version": "1.9.0", "serial": 1, "lineage": "other",
         "outputs": {"value": {"value": "%s", "type": "string"}}, "resources": []}
        """
            .formatted(value));
  }
}
