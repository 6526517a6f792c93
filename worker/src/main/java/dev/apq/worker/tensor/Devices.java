package dev.apq.worker.tensor;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.util.cuda.CudaUtils;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * The processors a training computes on: every GPU of the machine, or the CPU if there is none.
 *
 * <p>{@link #find} is the only code that asks the machine; everything else follows from what it
 * answers.
 *
 * @param threads CPU threads of the engine
 * @param gpus compute capability of each GPU, such as "80"; empty without any
 */
public record Devices(int threads, List<String> gpus) {
  /** Set by the command line before the engine is loaded. */
  private static final String THREADS = "ai.djl.pytorch.num_threads";

  /** Least compute capability (8.0) of a GPU with bfloat16. */
  private static final int BFLOAT16 = 80;

  public Devices {
    gpus = List.copyOf(gpus);
  }

  /** A CPU without GPUs. */
  public static Devices cpu(int threads) {
    return new Devices(threads, List.of());
  }

  /** What the engine sees on this machine. */
  public static Devices find() {
    int count = Engine.getInstance().getGpuCount();
    List<String> gpus = new ArrayList<>();
    for (int gpu = 0; gpu < count; gpu++) {
      gpus.add(CudaUtils.getComputeCapability(gpu));
    }
    int cores = Runtime.getRuntime().availableProcessors();
    return new Devices(Integer.getInteger(THREADS, cores), gpus);
  }

  /** Only the first GPU: what is not shared among several, such as measuring a subnet. */
  public Devices one() {
    return new Devices(threads, gpus.subList(0, Math.min(1, gpus.size())));
  }

  /** The devices that share each batch; the first holds the weights. */
  public List<Device> all() {
    if (gpus.isEmpty()) {
      return List.of(Device.cpu());
    }
    List<Device> devices = new ArrayList<>();
    for (int gpu = 0; gpu < gpus.size(); gpu++) {
      devices.add(Device.gpu(gpu));
    }
    return Collections.unmodifiableList(devices);
  }

  /** The device that holds the weights. */
  public Device first() {
    return all().get(0);
  }

  /** Whether there are GPUs and all of them compute with bfloat16. */
  boolean bfloat16() {
    return !gpus.isEmpty()
        && gpus.stream()
            .allMatch(gpu -> gpu.matches("[0-9]{2,4}") && Integer.parseInt(gpu) >= BFLOAT16);
  }

  /** The choice, for people. */
  public String describe() {
    if (gpus.isEmpty()) {
      return "CPU, " + threads + (threads == 1 ? " thread" : " threads");
    }
    return gpus.size()
        + (gpus.size() == 1 ? " GPU" : " GPUs sharing each batch")
        + " (compute capability "
        + String.join(", ", gpus)
        + ")";
  }
}
