package io.gitops4j.terraform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gitops4j.diff.Plan;
import io.gitops4j.error.ApplyException;
import io.gitops4j.model.TargetId;
import io.gitops4j.operation.OperationContext;
import io.gitops4j.terraform.testing.OneTarget;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReplacedPlanTest {
  private static final String INPUT = "resource \"terraform_data\" \"a\" {\n  input = %s\n}\n";

  private final OperationContext context = OperationContext.create();
  private final TargetId target = new TargetId("replaced");
  @TempDir Path folder;

  @Test
  @DisplayName("fault 53: a plan whose file another plan took the place of is not applied")
  void appliesNoOther() {
    TerraformDestination destination = new OneTarget(folder, target.name()).destination();
    Plan<TerraformWorkspace> one = plan(destination, 1);
    Plan<TerraformWorkspace> two = plan(destination, 2);

    assertThatThrownBy(() -> destination.applier().apply(one, r -> {}, context))
        .isInstanceOfSatisfying(
            ApplyException.class, e -> assertThat(e.code()).isEqualTo("TERRAFORM-PLAN-GONE"));

    assertThat(destination.applier().apply(two, r -> {}, context).complete())
        .as("nothing was applied in its place")
        .isTrue();
  }

  private Plan<TerraformWorkspace> plan(TerraformDestination destination, int input) {
    return destination.differ().diff(OneTarget.workspace(INPUT.formatted(input)), target, context);
  }
}
