package dev.apq.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.apq.core.cost.BitFusion;
import dev.apq.core.cost.CostModel;
import dev.apq.core.cost.HardwareProfile;
import dev.apq.core.cost.LayerSet;
import dev.apq.core.policy.Encoding;
import dev.apq.core.space.Presets;
import dev.apq.core.space.SearchSpace;
import java.util.List;
import org.junit.jupiter.api.Test;

class ProblemExportTest {
  private static final SearchSpace SPACE = Presets.named("cifar10").orElseThrow();

  @Test
  void exportedTablesPriceEveryCheckedPolicyLikeTheCostModel() throws Exception {
    CostModel costs =
        new CostModel(SPACE, new BitFusion(HardwareProfile.bitfusion()), LayerSet.COMPLETE);
    Workload workload = new Workload(RandomPredictor.of(new Encoding(SPACE), 1), costs);
    ProblemExport.ProblemFile file = ProblemExport.of(workload);
    assertThat(file.checks()).hasSize(50);
    for (ProblemExport.Check check : file.checks()) {
      assertThat(latency(file, check.genome())).isCloseTo(check.latency(), within(1e-9));
    }
  }

  private static double latency(ProblemExport.ProblemFile file, List<Integer> genome) {
    double total = file.fixedLatency();
    int gene = file.minDepths().size();
    for (ProblemExport.BlockFile block : file.blocks()) {
      int depth = file.minDepths().get(block.stage()) + genome.get(block.stage());
      if (block.position() < depth) {
        int kernel = genome.get(gene);
        int width = genome.get(gene + 1);
        total +=
            block.pointwise()[width][genome.get(gene + 2)][genome.get(gene + 3)]
                + block.depthwise()[width][kernel][genome.get(gene + 4)][genome.get(gene + 5)];
      }
      gene += 6;
    }
    return total;
  }
}
