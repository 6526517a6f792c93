package dev.apq.local.e2e;

/** Resources with budgets as small as the pipeline allows. */
final class Manifests {
  private Manifests() {}

  /** A training on plain digits that takes seconds a stage; its answers are poor but real. */
  static String training(String namespace, String name, int seed) {
    return """
        apiVersion: apq.dev/v1alpha1
        kind: SupernetTraining
        metadata: {name: %s, namespace: %s}
        spec:
          searchSpace: {preset: digits}
          dataset: {builtin: digits}
          recipe: {epochs: 1, batchSize: 64}
          collection:
            fullPrecisionSamples: 16
            quantizedSamples: 16
            evaluationImages: 64
            calibrationImages: 64
            shards: 4
            parallelism: 1
          predictor: {hiddenSize: 16, epochs: 20}
          worker: {resources: {requests: {cpu: 200m, memory: 512Mi}}}
          seed: %d
        """
        .formatted(name, namespace, seed);
  }

  private static final String PREDICTED = "verify: {topK: 0}";

  /** A search with one BitOps limit, in units of 1e9, whose answer is predicted. */
  static String search(
      String namespace, String name, String supernet, String bitOps, int generations) {
    return """
        apiVersion: apq.dev/v1alpha1
        kind: ApqSearch
        metadata: {name: %s, namespace: %s}
        spec:
          supernetRef: {name: %s}
          constraints: [{metric: BitOps, max: "%s"}]
          evolution: {populationSize: 50, generations: %d, seed: 1}
          %s
        """
        .formatted(name, namespace, supernet, bitOps, generations, PREDICTED);
  }

  /** The same search with an answer measured in few steps. */
  static String measured(String search) {
    return search.replace(PREDICTED, "verify: {topK: 2, finetuneSteps: 12, evaluationInterval: 4}");
  }
}
