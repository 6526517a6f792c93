package dev.apq.study;

import dev.apq.core.artifact.InvalidArtifactException;
import dev.apq.core.artifact.Json;
import dev.apq.core.contract.CollectionSpec;
import dev.apq.core.contract.DatasetSpec;
import dev.apq.core.contract.WorkerSpec;
import dev.apq.core.space.SearchSpace;
import dev.apq.study.search.SearchPlan;
import dev.apq.study.transfer.TransferPlan;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;

/**
 * Everything the results of a study depend on.
 *
 * @param name short name; folder of the results
 * @param worker supernet, samples and predictors; its quantized samples include the held-out ones
 * @param transfer how the transfer is measured
 * @param search how the searches are compared
 */
public record StudyPlan(String name, WorkerSpec worker, TransferPlan transfer, SearchPlan search) {
  /** A plan file is refused when larger, in bytes. */
  public static final int MAX_BYTES = 1 << 20;

  /** Plans that ship with the product. */
  public static final List<String> BUILT_IN = List.of("cluttered-digits", "cifar10");

  private static final int LEAST_SAMPLES = 10;

  /**
   * @throws IllegalArgumentException if a part is missing or the parts do not fit together
   */
  public StudyPlan {
    if (name == null || !name.matches("[a-z0-9][a-z0-9-]{0,40}")) {
      throw new IllegalArgumentException(
          "name: '" + name + "' must be lower-case letters, digits and dashes");
    }
    if (worker == null || transfer == null || search == null) {
      throw new IllegalArgumentException("a study plan needs worker, transfer and search");
    }
    CollectionSpec collection = worker.collection();
    int pool = collection.quantizedSamples() - transfer.heldOut();
    for (int size : transfer.sampleSizes()) {
      if (size < LEAST_SAMPLES || size > pool) {
        throw new IllegalArgumentException(
            "transfer.sampleSizes: "
                + size
                + " is outside 10.."
                + pool
                + " (worker.collection.quantizedSamples less transfer.heldOut)");
      }
    }
  }

  /** The plan of that name that ships with the product. */
  public static Optional<StudyPlan> builtIn(String name) {
    if (!BUILT_IN.contains(name)) {
      return Optional.empty();
    }
    try (InputStream in = StudyPlan.class.getResourceAsStream(name + ".json")) {
      if (in == null) {
        throw new IllegalStateException("plan " + name + " is not on the class path");
      }
      return Optional.of(Json.read(in.readAllBytes(), StudyPlan.class));
    } catch (InvalidArtifactException e) {
      throw new IllegalStateException("plan " + name + " is invalid", e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** This plan on other data. */
  public StudyPlan withDataset(DatasetSpec dataset) {
    return withWorker(worker.seed(), worker.space(), dataset);
  }

  /** This plan in another space. */
  public StudyPlan withSpace(SearchSpace space) {
    return withWorker(worker.seed(), space, worker.dataset());
  }

  /** This plan with other random numbers. */
  public StudyPlan withSeed(long seed) {
    return withWorker(seed, worker.space(), worker.dataset());
  }

  private StudyPlan withWorker(long seed, SearchSpace space, DatasetSpec dataset) {
    WorkerSpec changed =
        new WorkerSpec(
            worker.contractVersion(),
            seed,
            space,
            dataset,
            worker.recipe(),
            worker.collection(),
            worker.quantization(),
            worker.predictor());
    return new StudyPlan(name, changed, transfer, search);
  }
}
