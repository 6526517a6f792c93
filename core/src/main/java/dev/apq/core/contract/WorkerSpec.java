package dev.apq.core.contract;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonInclude;
import dev.apq.core.artifact.Json;
import dev.apq.core.space.SearchSpace;
import org.jspecify.annotations.Nullable;

/**
 * The resolved, immutable input of every worker stage: the content of {@code spec.json}.
 *
 * @param contractVersion version of this contract; see {@link #VERSION}
 * @param seed all randomness of the stages follows from it
 * @param space the search space
 * @param dataset training and held-out images
 * @param recipe supernet training
 * @param collection sampling of subnets
 * @param quantization how subnets are quantized
 * @param predictor accuracy predictor
 * @param verify the policies to verify; null for the stages of a training
 */
public record WorkerSpec(
    int contractVersion,
    long seed,
    SearchSpace space,
    DatasetSpec dataset,
    RecipeSpec recipe,
    CollectionSpec collection,
    QuantizationSpec quantization,
    PredictorSpec predictor,
    @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable VerifySpec verify) {

  /** The contract version that this code speaks. */
  public static final int VERSION = 1;

  /** A specification file is refused when larger, in bytes. */
  public static final int MAX_BYTES = 1 << 20;

  /**
   * @throws IllegalArgumentException if a part is missing, the version differs, the space is
   *     invalid or augmentation does not fit it
   */
  @JsonCreator
  public WorkerSpec {
    if (contractVersion != VERSION) {
      throw new IllegalArgumentException(
          "contractVersion: "
              + contractVersion
              + " is not supported; this worker speaks "
              + VERSION
              + ", use a worker image of the operator's version");
    }
    if (space == null
        || dataset == null
        || recipe == null
        || collection == null
        || quantization == null
        || predictor == null) {
      throw new IllegalArgumentException(
          "a worker specification needs space, dataset, recipe, collection, quantization and predictor");
    }
    space.requireValid();
    int padding = recipe.augmentation().cropPadding();
    if (padding >= space.resolution()) {
      throw new IllegalArgumentException(
          "recipe.augmentation.cropPadding: "
              + padding
              + " pixels would shift images of "
              + space.resolution()
              + " out of sight");
    }
    if (verify != null) {
      for (VerifySpec.Candidate candidate : verify.candidates()) {
        candidate.policy().requireMember(space);
      }
    }
  }

  /** The specification of a training. */
  public WorkerSpec(
      int contractVersion,
      long seed,
      SearchSpace space,
      DatasetSpec dataset,
      RecipeSpec recipe,
      CollectionSpec collection,
      QuantizationSpec quantization,
      PredictorSpec predictor) {
    this(contractVersion, seed, space, dataset, recipe, collection, quantization, predictor, null);
  }

  /**
   * This training's specification with policies to verify.
   *
   * @throws IllegalArgumentException if a policy is no member of the space
   */
  public WorkerSpec verifying(VerifySpec policies) {
    return new WorkerSpec(
        contractVersion,
        seed,
        space,
        dataset,
        recipe,
        collection,
        quantization,
        predictor,
        policies);
  }

  /** Compact JSON with fixed field order: equal specifications give equal bytes. */
  public byte[] canonicalJson() {
    return Json.bytes(this);
  }
}
