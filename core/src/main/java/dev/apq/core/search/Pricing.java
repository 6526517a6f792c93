package dev.apq.core.search;

import dev.apq.core.cost.CostTable;
import dev.apq.core.cost.Metric;
import java.util.ArrayList;
import java.util.List;

/** Prices genomes in the metrics of a problem, under the limits of the hour. Not thread-safe. */
final class Pricing {
  private final Genomes genomes;
  private final List<Metric> metrics;
  private final List<Constraint> constraints;
  private final CostTable[] tables;
  private List<Constraint> limits;

  Pricing(SearchProblem problem, Genomes genomes) {
    this.genomes = genomes;
    this.metrics = problem.metrics();
    this.constraints = problem.constraints();
    this.limits = constraints;
    this.tables = metrics.stream().map(problem.costs()::table).toArray(CostTable[]::new);
  }

  /** Priced metrics: the limited ones first, in the order of the constraints. */
  List<Metric> metrics() {
    return metrics;
  }

  List<Constraint> constraints() {
    return constraints;
  }

  /** Makes other limits on the constrained metrics hold from now on. */
  void limitTo(double[] max) {
    List<Constraint> now = new ArrayList<>();
    for (int c = 0; c < max.length; c++) {
      now.add(new Constraint(constraints.get(c).metric(), max[c]));
    }
    limits = List.copyOf(now);
  }

  CostTable table(int metric) {
    return tables[metric];
  }

  /** Raw cost of a block in a metric. */
  double block(int[] genes, int metric, int block) {
    int base = genomes.block(block);
    return tables[metric].block(
        block,
        genes[base + Genomes.KERNEL],
        genes[base + Genomes.WIDTH],
        genes[base + Genomes.BITS],
        genes[base + Genomes.BITS + 1],
        genes[base + Genomes.BITS + 2],
        genes[base + Genomes.BITS + 3]);
  }

  /** Cost of each metric in its unit. */
  double[] costs(int[] genes) {
    double[] costs = new double[tables.length];
    for (int m = 0; m < costs.length; m++) {
      double raw = tables[m].fixed();
      for (int b = 0; b < genomes.blocks(); b++) {
        if (genomes.active(genes, b)) {
          raw += block(genes, m, b);
        }
      }
      costs[m] = tables[m].inUnit(raw);
    }
    return costs;
  }

  /** The individual with its violation of the limits that hold now. */
  Individual underCurrentLimits(Individual individual) {
    return new Individual(
        individual.genes,
        individual.fingerprint,
        individual.costs,
        violation(individual.costs),
        individual.accuracy);
  }

  /** Sum of the relative excesses over the limits; 0 if all are kept. */
  double violation(double[] costs) {
    double sum = 0;
    for (int c = 0; c < limits.size(); c++) {
      sum += limits.get(c).excess(costs[c]);
    }
    return sum;
  }
}
