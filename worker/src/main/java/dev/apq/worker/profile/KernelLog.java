package dev.apq.worker.profile;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import dev.apq.core.artifact.Json;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The times of a network's kernels, as ONNX Runtime recorded them, summed up by layer.
 *
 * <p>A kernel belongs to the layer whose name its own begins with; one that the runtime added, such
 * as a change of memory layout, to the layer of the next kernel that has one.
 */
final class KernelLog {
  private static final String KERNEL = "_kernel_time";
  private static final String RUN = "model_run";

  private final List<String> layers;
  private final Map<String, List<Double>> micros = new HashMap<>();
  private final Map<String, Double> kernels = new HashMap<>();
  private final Map<String, String> owners = new HashMap<>();

  private KernelLog(List<String> layers) {
    this.layers = layers;
  }

  /**
   * What a layer's kernels took.
   *
   * @param micros microseconds in each run
   * @param kernels how many it has
   */
  record LayerTimes(List<Double> micros, double kernels) {}

  /**
   * Reads a recording.
   *
   * @param layers names, in the order in which they run
   * @param warmUp runs at the start that do not count
   * @return by layer; a layer that the runtime merged with another has no kernel
   */
  static Map<String, LayerTimes> read(Path file, List<String> layers, int warmUp)
      throws IOException {
    KernelLog log = new KernelLog(layers);
    int runs = 0;
    Map<String, Double> run = new HashMap<>();
    double waiting = 0;
    int waitingKernels = 0;
    try (MappingIterator<JsonNode> events =
        Json.mapper().readerFor(JsonNode.class).readValues(file.toFile())) {
      while (events.hasNext()) {
        JsonNode event = events.next();
        String name = event.path("name").asText();
        if (name.endsWith(KERNEL)) {
          waiting += event.path("dur").asDouble();
          waitingKernels++;
          String owner = log.owner(name);
          if (owner != null) {
            run.merge(owner, waiting, Double::sum);
            if (runs == warmUp) {
              log.kernels.merge(owner, (double) waitingKernels, Double::sum);
            }
            waiting = 0;
            waitingKernels = 0;
          }
        } else if (name.equals(RUN)) {
          if (runs >= warmUp) {
            run.forEach(
                (layer, sum) -> log.micros.computeIfAbsent(layer, l -> new ArrayList<>()).add(sum));
          }
          runs++;
          run.clear();
        }
      }
    }
    Map<String, LayerTimes> times = new HashMap<>();
    log.micros.forEach(
        (layer, sums) ->
            times.put(layer, new LayerTimes(sums, log.kernels.getOrDefault(layer, 0.0))));
    return times;
  }

  private @Nullable String owner(String kernel) {
    return owners.computeIfAbsent(kernel, this::find).isEmpty() ? null : owners.get(kernel);
  }

  private String find(String kernel) {
    String found = "";
    for (String layer : layers) {
      boolean begins =
          kernel.startsWith(layer) && !Character.isLetterOrDigit(kernel.charAt(layer.length()));
      found = begins && layer.length() > found.length() ? layer : found;
    }
    return found;
  }
}
