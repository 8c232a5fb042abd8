package io.gitops4j.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class TerraformEnvironmentTest {
  private static final Map<String, String> ALL = new HashMap<>();

  static {
    for (String name : secrets()) {
      ALL.put(name, "canary");
    }
    ALL.put("DATABASE", "postgres://ann:canary@db/shop");
    ALL.put("CI", "true");
    ALL.put("AWS_REGION", "eu-west-1");
    ALL.put("USER", "root");
    ALL.put("ENV", "prod");
    ALL.put("PWD", "/root");
    ALL.put("TF_HTTP_USERNAME", "ann");
    ALL.put("TF_VAR_size", "16");
    ALL.put("TF_CLI_ARGS", "-destroy");
    ALL.put("TF_DATA_DIR", "/tmp/x");
    ALL.put("TMPDIR", "/tmp");
  }

  private final TerraformEnvironment environment = TerraformEnvironment.of(ALL);

  private static List<String> secrets() {
    return List.of(
        "AWS_SECRET_ACCESS_KEY",
        "GITHUB_TOKEN",
        "PGPASSWORD",
        "GOOGLE_CREDENTIALS",
        "ARM_CLIENT_SECRET",
        "AZURE_DEVOPS_EXT_PAT",
        "AZURE_STORAGE_CONNECTION_STRING",
        "db_pwd",
        "TF_HTTP_PASSWORD",
        "TF_TOKEN_app_terraform_io");
  }

  @Test
  @DisplayName("a variable is secret by its name, or by a password in the address that it holds")
  void tellsSecretsApart() {
    assertThat(environment.secret().keySet())
        .containsAll(secrets())
        .contains("DATABASE")
        .hasSize(secrets().size() + 1);
  }

  @Test
  @DisplayName("what is no secret is passed on in clear, so that it is not masked in plans")
  void passesOnInClear() {
    assertThat(environment.plain())
        .containsOnlyKeys("CI", "AWS_REGION", "USER", "ENV", "PWD", "TF_HTTP_USERNAME");
  }

  @Test
  @DisplayName("what would change what the program does stays out")
  void leavesOut() {
    assertThat(environment.plain())
        .doesNotContainKeys("TF_VAR_size", "TF_CLI_ARGS", "TF_DATA_DIR", "TMPDIR");
    assertThat(environment.secret())
        .doesNotContainKeys("TF_VAR_size", "TF_CLI_ARGS", "TF_DATA_DIR", "TMPDIR");
  }
}
