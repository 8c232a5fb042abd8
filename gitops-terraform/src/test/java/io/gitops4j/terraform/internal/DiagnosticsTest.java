package io.gitops4j.terraform.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.gitops4j.error.Failure;
import io.gitops4j.error.Retryability;
import io.gitops4j.error.Stage;
import io.gitops4j.terraform.testing.OneTarget;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class DiagnosticsTest {
  private static final Tool.Result FAILED = new Tool.Result(1, new byte[0], "");

  /** What the AWS provider says of a data source, in the form that both programs give it. */
  private static final String EXPIRED =
      """
      {"@level":"error","@message":"Error: reading EC2 AMIs","type":"diagnostic","diagnostic":{\
      "severity":"error","summary":"reading EC2 AMIs: operation error EC2: DescribeImages",\
      "detail":"https response error StatusCode: 400, api error RequestExpired: Request has \
      expired.","address":"data.aws_ami.ubuntu","range":{"filename":"main.tf","start":{"line":15,\
      "column":1,"byte":264},"end":{"line":15,"column":26,"byte":289}},"snippet":{"context":\
      "data \\"aws_ami\\" \\"ubuntu\\"","code":"data \\"aws_ami\\" \\"ubuntu\\" {","start_line":15,\
      "highlight_start_offset":0,"highlight_end_offset":25,"values":[]}}}""";

  /** What Terraform 1.11.4 says when it plans {@code var.m.zzz}. */
  private static final String UNSUPPORTED =
      """
      {"@level":"error","@message":"Error: Unsupported attribute","type":"diagnostic","diagnostic":\
      {"severity":"error","summary":"Unsupported attribute","detail":"This object does not have an \
      attribute named \\"zzz\\".","range":{"filename":"main.tf","start":{"line":4,"column":46,\
      "byte":88},"end":{"line":4,"column":50,"byte":92}},"snippet":{"context":"resource \
      \\"terraform_data\\" \\"a\\"","code":"input = var.m.zzz","start_line":4,\
      "highlight_start_offset":45,"highlight_end_offset":49,"values":[]}}}""";

  @Test
  @DisplayName(
      "what a provider says of a resource while it is asked is tried again, with its place")
  void triesProvidersAgain() {
    Failure failure = taken(EXPIRED).failure(Stage.DIFF, "ami", FAILED).failure();

    assertThat(failure.code()).isEqualTo("TERRAFORM-FAILED");
    assertThat(failure.retryability()).isEqualTo(Retryability.RETRY);
    assertThat(failure.reason()).contains("main.tf, line 15", "data.aws_ami.ubuntu", "expired");
  }

  @Test
  @DisplayName("a mistake of the file waits for another revision, found by the plan or before it")
  void waitsForAnotherFile() {
    Failure planned = taken(UNSUPPORTED).failure(Stage.DIFF, "typo", FAILED).failure();
    Failure validated = taken(EXPIRED).invalid(Stage.DIFF, "typo", FAILED).failure();

    assertThat(planned.code()).isEqualTo("TERRAFORM-CONFIGURATION");
    assertThat(planned.retryability()).isEqualTo(Retryability.RETRY_ON_CHANGE);
    assertThat(validated.code()).isEqualTo("TERRAFORM-CONFIGURATION");
  }

  @Test
  @DisplayName("a backend that leaves settings to the command line is told where they can be said")
  void saysWhereBackendSettingsGo() {
    String http = // what Terraform 1.11.4 says of backend "http" {}
        """
        {"type":"diagnostic","diagnostic":{"severity":"error",\
        "summary":"address argument is required","detail":""}}""";
    String s3 = // and of backend "s3" {}
        """
        {"type":"diagnostic","diagnostic":{"severity":"error","summary":"Missing Required Value",\
        "detail":"The attribute \\"bucket\\" is required by the backend.","range":{"filename":\
        "main.tf","start":{"line":2},"end":{"line":2}},"snippet":{"context":"terraform"}}}""";
    for (String said : List.of(http, s3)) {
      Failure failure = taken(said).failure(Stage.DIFF, "partial", FAILED).failure();

      assertThat(failure.code()).isEqualTo("TERRAFORM-BACKEND");
      assertThat(failure.retryability()).isEqualTo(Retryability.RETRY_ON_CHANGE);
      assertThat(failure.nextStep().orElseThrow()).contains("TerraformRenderer.Builder.backend");
    }
    String ofProvider = // what the google provider says of a resource
        """
        {"type":"diagnostic","diagnostic":{"severity":"error",\
        "summary":"project: required field is not set","address":"google_project_service.a"}}""";
    assertThat(taken(ofProvider).failure(Stage.DIFF, "partial", FAILED).failure().code())
        .isEqualTo("TERRAFORM-FAILED");
  }

  private static Diagnostics taken(String line) {
    Diagnostics diagnostics = new Diagnostics(Secrets.of(OneTarget.workspace("# none")));
    diagnostics.take(line);
    return diagnostics;
  }
}
