package dev.apq.worker.profile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.apq.core.cost.LayerShape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KernelLogTest {
  @TempDir private Path folder;

  @Test
  void sumsKernelsByLayerAndGivesAddedOnesToTheNextLayer() throws IOException {
    StringBuilder events = new StringBuilder("[");
    for (int run = 0; run < 3; run++) {
      for (String kernel :
          List.of(
              "b.1.expand/input.q 2",
              "Transpose_token_3 1",
              "b.1.expand_token_4 5",
              "b.1.expand_token_4_fence 9",
              "b.10.expand 7",
              "Transpose 4",
              "head 1")) {
        String[] parts = kernel.split(" ");
        String name =
            parts[0].endsWith("_fence") ? parts[0] + "_before" : parts[0] + "_kernel_time";
        events.append(event(name, Integer.parseInt(parts[1]) + run));
      }
      events.append(event("model_run", 99));
    }
    Path file = folder.resolve("log.json");
    Files.writeString(file, events.substring(0, events.length() - 1) + "]");
    var times = KernelLog.read(file, List.of("b.1.expand", "b.10.expand", "head", "other"), 1);
    assertThat(times).containsOnlyKeys("b.1.expand", "b.10.expand", "head");
    assertThat(times.get("b.1.expand").micros()).containsExactly(11.0, 14.0);
    assertThat(times.get("b.1.expand").kernels()).isEqualTo(3);
    assertThat(times.get("b.10.expand").micros()).containsExactly(8.0, 9.0);
    assertThat(times.get("head").micros()).containsExactly(7.0, 9.0);
    assertThat(times.get("head").kernels()).isEqualTo(2);
  }

  private static String event(String name, int micros) {
    return "{\"cat\":\"Node\",\"name\":\"" + name + "\",\"dur\":" + micros + ",\"args\":{}},";
  }

  @Test
  void theMiddleHalfIsFinerThanTheClock() {
    List<Double> ticks = new ArrayList<>(List.of(1000.0));
    ticks.addAll(Arrays.asList(3.0, 3.0, 4.0, 4.0, 3.0, 4.0, 3.0, 4.0, 1.0));
    Statistics statistics = Statistics.of(ticks);
    assertThat(statistics.midmean()).isEqualTo(3.5, within(0.01));
    assertThat(statistics.median()).isEqualTo(3.5);
    assertThat(statistics.iqr()).isEqualTo(1.0);
    assertThat(Statistics.of(List.of(2.0)).median()).isEqualTo(2.0);
  }

  @Test
  void overheadIsALineThatOutliersDoNotMove() {
    List<Overhead.Point> points = new ArrayList<>();
    for (int kernels = 40; kernels < 60; kernels++) {
      points.add(new Overhead.Point(kernels, kernels == 50 ? 5000 : 20 - 1.5 * kernels));
    }
    Overhead overhead = Overhead.fit(points);
    assertThat(overhead.perKernel()).isEqualTo(-1.5, within(1e-9));
    assertThat(overhead.perRun()).isEqualTo(20, within(1e-9));
    assertThat(overhead.corrected(10, 4)).isEqualTo(4, within(1e-9));
    assertThat(overhead.corrected(5, 4)).as("never below nothing").isPositive();
  }

  @Test
  void aSlowMachineIsToldFromASlowLayer() {
    double[] slowdowns = {1, 1.8, 1, 0.7, 1.1, 1, 3};
    List<Measurements.Network> networks = new ArrayList<>();
    for (int n = 0; n < slowdowns.length; n++) {
      List<Measurements.Layer> layers = new ArrayList<>();
      for (int channels = 1; channels <= 9; channels++) {
        if ((channels + n) % 3 > 0) {
          LayerShape shape = new LayerShape(channels, 4, 8, 1, 1, 1, 8, 8);
          layers.add(new Measurements.Layer(shape, 10 * channels * slowdowns[n], 2));
        }
      }
      networks.add(new Measurements.Network(500, layers));
    }
    MedianPolish polish = MedianPolish.of(networks);
    for (int n = 0; n < slowdowns.length; n++) {
      assertThat(polish.slowdowns().get(n)).isEqualTo(slowdowns[n], within(1e-3));
    }
    polish
        .layers()
        .forEach(
            (shape, micros) -> {
              assertThat(micros.median()).isEqualTo(10.0 * shape.inChannels(), within(1e-3));
              assertThat(micros.iqr()).isEqualTo(0, within(1e-3));
            });
  }

  @Test
  void aValidationCountsOrderAndError() {
    Validation validation =
        Validation.of(
            List.of(
                new Validation.Network("a", 1.1, 1, 0),
                new Validation.Network("b", 1.8, 2, 0),
                new Validation.Network("c", 2.7, 3, 0)));
    assertThat(validation.kendallTau()).isEqualTo(1);
    assertThat(validation.meanRelativeError()).isEqualTo(0.1, within(1e-9));
    assertThat(validation.meanBias()).isEqualTo(-1 / 30.0, within(1e-9));
    assertThat(new ScatterPlot(validation).svg()).contains("Kendall tau 1.000").contains("<circle");
  }
}
