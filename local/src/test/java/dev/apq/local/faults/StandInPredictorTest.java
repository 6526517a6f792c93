package dev.apq.local.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.apq.core.artifact.FloatTensor;
import dev.apq.core.artifact.Safetensors;
import dev.apq.core.policy.Encoding;
import dev.apq.core.random.RandomStream;
import dev.apq.core.space.Presets;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The stand-in's predictor fits the search space it is for; {@code -Dapq.renew=true} renews it. */
class StandInPredictorTest {
  private static final Path CHECKED_IN =
      Path.of("src/main/resources/dev/apq/local/faults/predictor.safetensors");
  private static final int HIDDEN = 16;

  @Test
  void hasTheShapeOfItsSearchSpace(@TempDir Path folder) throws IOException {
    Encoding encoding = new Encoding(Presets.named("digits").orElseThrow());
    Map<String, FloatTensor> tensors = new TreeMap<>();
    put(tensors, "hidden.0.weight", HIDDEN, encoding.architectureFeatures());
    put(tensors, "hidden.0.bias", HIDDEN);
    put(tensors, "hidden.1.weight", HIDDEN, HIDDEN);
    put(tensors, "hidden.1.bias", HIDDEN);
    put(tensors, "hidden.2.weight", HIDDEN, HIDDEN);
    put(tensors, "hidden.2.bias", HIDDEN);
    put(tensors, "output.weight", 1, HIDDEN);
    put(tensors, "output.bias", 1);
    put(tensors, "bits.weight", HIDDEN, encoding.bitFeatures());
    put(tensors, "bits.bias", HIDDEN);
    Path made = folder.resolve("predictor.safetensors");
    Safetensors.write(made, tensors);
    if (Boolean.getBoolean("apq.renew")) {
      Files.copy(made, CHECKED_IN, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    }

    assertThat(CHECKED_IN)
        .as("renew it with: ./mvnw test -pl local -am -Dapq.renew=true")
        .hasSameBinaryContentAs(made);
  }

  private static void put(Map<String, FloatTensor> tensors, String name, int... shape) {
    int size = java.util.Arrays.stream(shape).reduce(1, Math::multiplyExact);
    RandomStream random = RandomStream.of(1, name.hashCode());
    float[] data = new float[size];
    for (int i = 0; i < size; i++) {
      data[i] = (float) random.nextGaussian() * 0.1f;
    }
    tensors.put(name, new FloatTensor(shape, data));
  }
}
