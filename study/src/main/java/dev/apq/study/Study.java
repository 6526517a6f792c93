package dev.apq.study;

import dev.apq.core.contract.ExitCode;
import dev.apq.core.contract.Sample;
import dev.apq.core.contract.StoreLayout;
import dev.apq.study.search.SearchResult;
import dev.apq.study.search.SearchStudy;
import dev.apq.study.supernet.Stages;
import dev.apq.study.supernet.TrainedSupernet;
import dev.apq.study.transfer.TransferResult;
import dev.apq.study.transfer.TransferStudy;
import dev.apq.study.work.CpuLedger;
import dev.apq.study.work.Progress;
import dev.apq.study.work.StudyException;
import dev.apq.study.work.WorkFolder;
import dev.apq.worker.stage.StopSignal;
import dev.apq.worker.supernet.Health;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Runs a plan; what an earlier run of the same plan in the same folder finished is kept. */
public final class Study implements AutoCloseable {
  private static final String CPU_FILE = "cpu.json";

  private final StudyPlan plan;
  private final Path folder;
  private final PrintStream out;
  private final StopSignal stop;
  private final CpuLedger cpu;
  private final Stages stages;
  private @Nullable TrainedSupernet opened;

  /**
   * @param folder where finished work is kept
   * @param out where progress is shown
   * @param stop asked between units of work
   */
  public Study(StudyPlan plan, Path folder, PrintStream out, StopSignal stop) {
    this.plan = plan;
    this.folder = folder;
    this.out = out;
    this.stop = stop;
    this.cpu = new CpuLedger(folder.resolve(CPU_FILE));
    this.stages = new Stages(folder, stop, out, cpu);
  }

  /**
   * Does what is missing.
   *
   * @param parts at least one
   * @param given artifact folder with a trained supernet to use, or null to train one
   * @param unhealthyToo whether to go on with a supernet that fails the health check
   * @throws StudyException if the study cannot go on or was asked to stop
   */
  StudyResults run(Set<Part> parts, @Nullable Path given, boolean unhealthyToo) {
    StoreLayout supernet = given == null ? stages.train(plan.worker()) : stages.adopt(given);
    Health health = Stages.health(supernet);
    if (!health.healthy() && !unhealthyToo) {
      throw new StudyException(
          ExitCode.BAD_SPEC.code(),
          "the supernet is not healthy: " + String.join("; ", health.problems()));
    }
    WorkFolder work = new WorkFolder(folder, stop, new Progress(out, System::nanoTime));
    List<Sample> fullPrecision = stages.fullPrecision(supernet, plan.worker());
    TransferResult transfer =
        parts.contains(Part.TRANSFER) ? transfer(work, supernet, fullPrecision) : null;
    SearchResult search =
        parts.contains(Part.SEARCH) ? search(work, supernet, fullPrecision) : null;
    SortedMap<String, Double> seconds = new TreeMap<>(cpu.seconds());
    seconds.putAll(work.cpuSeconds());
    return new StudyResults(plan, health, transfer, search, seconds);
  }

  private TransferResult transfer(
      WorkFolder work, StoreLayout supernet, List<Sample> fullPrecision) {
    TransferStudy study =
        new TransferStudy(
            plan.worker(), plan.transfer(), work, Stages.identity(supernet), fullPrecision);
    List<TransferResult.Label> labels = new ArrayList<>();
    for (int steps : plan.transfer().labels()) {
      List<Sample> samples = stages.quantized(supernet, plan.worker(), steps);
      labels.add(study.measure(steps, samples, () -> opened(supernet)));
    }
    return new TransferResult(labels);
  }

  private SearchResult search(WorkFolder work, StoreLayout supernet, List<Sample> fullPrecision) {
    List<Sample> quantized = stages.quantized(supernet, plan.worker(), plan.search().labels());
    int pool = quantized.size() - plan.transfer().heldOut();
    SearchStudy study =
        new SearchStudy(plan.worker(), plan.search(), work, Stages.identity(supernet));
    return study.measure(fullPrecision, quantized.subList(0, pool), opened(supernet));
  }

  private TrainedSupernet opened(StoreLayout supernet) {
    if (opened == null) {
      opened = TrainedSupernet.open(plan.worker(), supernet);
    }
    return opened;
  }

  @Override
  public void close() {
    if (opened != null) {
      opened.close();
    }
  }
}
