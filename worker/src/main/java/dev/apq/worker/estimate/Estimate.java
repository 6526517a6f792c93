package dev.apq.worker.estimate;

import java.util.List;

/**
 * The bill of a specification.
 *
 * @param device what was measured on, for people
 * @param unit of the hours: CPU-hours or GPU-hours
 * @param imagesAtOnce at most, of each measurement
 * @param trainingImages that each epoch shows
 * @param validationImages that can measure subnets
 * @param stages what each costs; the two collections with {@code suggestedShards}
 * @param totalHours of all stages
 * @param suggestedShards for {@code collection.shards}: the longer collection takes about ten
 *     minutes a Pod, unless there are too few samples
 * @param checkpointBytes that a running training keeps in the artifact store
 */
public record Estimate(
    String device,
    String unit,
    int imagesAtOnce,
    long trainingImages,
    int validationImages,
    List<StageCost> stages,
    double totalHours,
    int suggestedShards,
    long checkpointBytes) {

  public Estimate {
    stages = List.copyOf(stages);
  }
}
