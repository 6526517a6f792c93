package dev.apq.worker.stage;

import dev.apq.core.artifact.Digests;
import dev.apq.core.artifact.FloatTensor;
import dev.apq.core.artifact.InvalidArtifactException;
import dev.apq.core.artifact.Safetensors;
import dev.apq.core.contract.CollectionSpec;
import dev.apq.core.contract.Manifest;
import dev.apq.core.contract.Sample;
import dev.apq.core.contract.SampleFile;
import dev.apq.core.contract.Stage;
import dev.apq.core.contract.StoreLayout;
import dev.apq.core.predictor.EnsembleWeights;
import dev.apq.core.random.RandomStream;
import dev.apq.core.space.SearchSpace;
import dev.apq.worker.supernet.NetworkLayout;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Reads what earlier stages made; trusts nothing that its manifest does not confirm. */
final class Inputs {
  private static final long MAX_WEIGHTS = 4L << 30;
  private static final String REMEDY = "delete the stage's folder so that the stage runs again";

  private final StoreLayout store;

  Inputs(StoreLayout store) {
    this.store = store;
  }

  /**
   * The manifest of a finished stage.
   *
   * @throws StageException if it is missing or a sealed file differs from it
   */
  Manifest manifest(Stage stage) throws IOException {
    return manifest(store.stage(stage));
  }

  private static Manifest manifest(Path folder) throws IOException {
    try {
      Manifest manifest =
          Manifest.read(folder)
              .orElseThrow(
                  () ->
                      StageException.input(
                          folder + " is not finished: it has no " + Manifest.FILE_NAME,
                          "run that stage first"));
      var damaged = manifest.firstDamagedFile(folder);
      if (damaged.isPresent()) {
        throw StageException.input(
            folder.resolve(damaged.get()) + " is missing or differs from its manifest", REMEDY);
      }
      return manifest;
    } catch (InvalidArtifactException e) {
      throw StageException.input(String.valueOf(e.getMessage()), REMEDY);
    }
  }

  /** The supernet's weights, checked against the space. */
  Map<String, FloatTensor> supernet(SearchSpace space) throws IOException {
    Path folder = store.stage(Stage.TRAIN);
    manifest(folder);
    Map<String, FloatTensor> weights = weights(folder.resolve(StoreLayout.SUPERNET));
    Map<String, FloatTensor> expected = NetworkLayout.initialWeights(space, RandomStream.of(0));
    if (!shapes(weights).equals(shapes(expected))) {
      throw StageException.input(folder + " holds a supernet of another search space", REMEDY);
    }
    return weights;
  }

  private static Map<String, String> shapes(Map<String, FloatTensor> weights) {
    Map<String, String> shapes = new TreeMap<>();
    weights.forEach((name, tensor) -> shapes.put(name, Arrays.toString(tensor.shape())));
    return shapes;
  }

  /** Weights of each network of the full-precision predictor. */
  List<Map<String, FloatTensor>> predictor() throws IOException {
    Path folder = store.stage(Stage.TRAIN_PREDICTOR);
    manifest(folder);
    try {
      return EnsembleWeights.members(weights(folder.resolve(StoreLayout.PREDICTOR)));
    } catch (InvalidArtifactException e) {
      throw StageException.input(String.valueOf(e.getMessage()), REMEDY);
    }
  }

  private static Map<String, FloatTensor> weights(Path file) throws IOException {
    try {
      return Safetensors.read(file, MAX_WEIGHTS);
    } catch (InvalidArtifactException e) {
      throw StageException.input(String.valueOf(e.getMessage()), REMEDY);
    }
  }

  /**
   * The samples of a collection, in order of index: of the shards that the stage's manifest lists,
   * or, where nothing sealed the stage, of all shards.
   */
  List<Sample> samples(Stage stage, CollectionSpec collection) throws IOException {
    List<Sample> samples = new ArrayList<>();
    for (Path shard : shards(stage, collection)) {
      Manifest manifest = manifest(shard);
      if (!manifest.files().containsKey(StoreLayout.SAMPLES)) {
        throw StageException.input(shard + " seals no " + StoreLayout.SAMPLES, REMEDY);
      }
      try {
        samples.addAll(
            SampleFile.read(shard.resolve(StoreLayout.SAMPLES), collection.samples(stage)));
      } catch (InvalidArtifactException e) {
        throw StageException.input(String.valueOf(e.getMessage()), REMEDY);
      }
    }
    return samples;
  }

  private List<Path> shards(Stage stage, CollectionSpec collection) throws IOException {
    Path folder = store.stage(stage);
    var sealed = Manifest.read(folder);
    List<Path> shards = new ArrayList<>();
    for (int shard = 0; shard < collection.shards(); shard++) {
      Path path = store.shard(stage, shard);
      if (sealed.isEmpty() || sealed.get().files().containsKey(entry(shard))) {
        shards.add(path);
      }
    }
    if (sealed.isPresent()) {
      manifest(folder);
    }
    return shards;
  }

  private static String entry(int shard) {
    return StoreLayout.shardName(shard) + "/" + Manifest.FILE_NAME;
  }

  /**
   * Manifest digests of the stages that a stage reads, in the order of {@link Stage#inputs()}. For
   * a collection that nothing sealed, a digest over its shards' manifests.
   */
  List<String> digests(Stage stage, CollectionSpec collection) throws IOException {
    List<String> digests = new ArrayList<>();
    for (Stage input : stage.inputs()) {
      var sealed = Manifest.read(store.stage(input));
      if (!input.sharded() || sealed.isPresent()) {
        digests.add(manifest(input).digest());
      } else {
        StringBuilder shards = new StringBuilder();
        for (Path shard : shards(input, collection)) {
          shards.append(manifest(shard).digest()).append('\n');
        }
        digests.add(Digests.sha256(shards.toString().getBytes(StandardCharsets.UTF_8)));
      }
    }
    return digests;
  }
}
