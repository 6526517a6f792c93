package dev.apq.operator.search;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.apq.api.v1alpha1.ApqSearchSpec;
import dev.apq.core.artifact.Digests;
import dev.apq.core.artifact.Json;
import dev.apq.core.cost.BitFusion;
import dev.apq.core.cost.HardwareProfile;
import dev.apq.core.space.Presets;
import dev.apq.operator.SchemaManifests;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.nio.file.Path;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Whatever search the API server admits resolves to a plan, or is refused with a message. */
class HostileSearchSpecsTest {
  private static final HardwareProfile PROFILE = HardwareProfile.bitfusion();
  private static final Hardware HARDWARE =
      new Hardware(new BitFusion(PROFILE), Json.bytes(PROFILE));

  @Property(tries = 200)
  void searches(@ForAll("searchSpecs") JsonNode spec) throws Exception {
    ApqSearchSpec search = Serialization.jsonMapper().treeToValue(spec, ApqSearchSpec.class);
    try {
      SearchPlan plan =
          SearchPlan.of(
              search,
              Presets.named("digits").orElseThrow(),
              Path.of("predictor.safetensors"),
              Digests.sha256(new byte[0]),
              HARDWARE);
      assertThat(plan.runId()).hasSize(16);
    } catch (IllegalArgumentException e) {
      assertThat(e.getMessage()).isNotBlank();
    }
  }

  @Provide
  Arbitrary<JsonNode> searchSpecs() {
    return SchemaManifests.specs("apqsearches");
  }
}
