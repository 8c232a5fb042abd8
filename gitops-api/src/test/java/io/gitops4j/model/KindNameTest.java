package io.gitops4j.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class KindNameTest {
  @ParameterizedTest
  @DisplayName("a kind alone is that of any group, with a slash in front that of the core group")
  @CsvSource({
    "StatefulSet, apps, StatefulSet, true",
    "apps/StatefulSet, apps, StatefulSet, true",
    "apps/StatefulSet, apps.example.com, StatefulSet, false",
    "PersistentVolumeClaim, '', PersistentVolumeClaim, true",
    "/PersistentVolumeClaim, '', PersistentVolumeClaim, true",
    "/Service, serving.knative.dev, Service, false",
    "Service, serving.knative.dev, Service, true",
    "aws_db_instance, terraform, aws_db_instance, true",
    "Pod, '', PodTemplate, false"
  })
  void names(String text, String group, String kind, boolean named) {
    KindName name = KindName.of(text);
    assertThat(name.names(new ResourceId(group, kind, "", "a"))).isEqualTo(named);
    assertThat(name).hasToString(text);
  }

  @ParameterizedTest
  @DisplayName("what can match nothing is refused, and told how it is written")
  @ValueSource(
      strings = {"", "/", "apps/", "apps/v1/StatefulSet", "statefulsets.apps", "*", "Pod ", "a b"})
  void refuses(String text) {
    assertThatThrownBy(() -> KindName.of(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("kind '" + text + "'")
        .hasMessageContaining("/Kind for the core group");
    assertThatThrownBy(() -> new KindName(Optional.empty(), text))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
