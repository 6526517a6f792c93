package dev.apq.worker.profile;

import dev.apq.worker.export.FrozenLayer;
import dev.apq.worker.export.FrozenNetwork;
import dev.apq.worker.export.OnnxModel;
import dev.apq.worker.export.OnnxSession;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Times a network and its layers in ONNX Runtime, at batch 1. */
final class NetworkTimer {
  private static final int WARM_UP = 3;
  private static final int FEWEST_RUNS = 5;
  private static final int MOST_RUNS = 80;
  private static final int TURNS = 6;
  private static final double NANOS_PER_MICRO = 1e3;

  private final int threads;
  private final double micros;

  /**
   * @param threads of the runtime
   * @param seconds to spend on the runs of one network
   */
  NetworkTimer(int threads, double seconds) {
    this.threads = threads;
    this.micros = seconds * 1e6;
  }

  /**
   * What was measured of a network.
   *
   * @param layers by name
   * @param wall microseconds of a whole run
   */
  record Times(Map<String, KernelLog.LayerTimes> layers, Statistics wall) {}

  Times time(FrozenNetwork network) throws IOException {
    byte[] model = OnnxModel.bytes(network, Map.of());
    Path recording = Files.createTempFile("apq-kernels", "");
    Path log = recording;
    try (OnnxSession plain = OnnxSession.load(model, threads);
        OnnxSession recorded = OnnxSession.recording(model, threads, recording)) {
      Runs runs = new Runs(network, plain);
      int count = runs.fitting(micros / 2);
      List<Double> wall = new ArrayList<>();
      recordedRuns(network, recorded, WARM_UP);
      // The two take turns, so that what else runs on the machine slows both alike.
      for (int turn = 0; turn < TURNS; turn++) {
        int share = count * (turn + 1) / TURNS - count * turn / TURNS;
        wall.addAll(runs.micros(share));
        recordedRuns(network, recorded, share);
      }
      log = recorded.finishRecording();
      List<String> names = network.layers().stream().map(FrozenLayer::name).toList();
      return new Times(KernelLog.read(log, names, WARM_UP), Statistics.of(wall));
    } finally {
      Files.deleteIfExists(recording);
      Files.deleteIfExists(log);
    }
  }

  private static void recordedRuns(FrozenNetwork network, OnnxSession session, int runs) {
    session.nanos(image(network), network.inputChannels(), network.resolution(), runs);
  }

  private static float[] image(FrozenNetwork network) {
    float[] image =
        new float[network.inputChannels() * network.resolution() * network.resolution()];
    for (int i = 0; i < image.length; i++) {
      image[i] = (float) Math.sin(i);
    }
    return image;
  }

  /** Timed runs of one loaded network. */
  record Runs(FrozenNetwork network, OnnxSession session) {
    /** As many runs as fit into a time, within bounds; warms up. */
    int fitting(double micros) {
      double one = Statistics.of(micros(WARM_UP)).median();
      return (int) Math.max(FEWEST_RUNS, Math.min(MOST_RUNS, micros / one));
    }

    List<Double> micros(int runs) {
      long[] nanos =
          session.nanos(image(network), network.inputChannels(), network.resolution(), runs);
      List<Double> micros = new ArrayList<>();
      for (long value : nanos) {
        micros.add(value / NANOS_PER_MICRO);
      }
      return micros;
    }
  }
}
