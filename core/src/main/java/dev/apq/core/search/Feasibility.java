package dev.apq.core.search;

import java.util.ArrayList;
import java.util.List;

/** Says which limits cannot be kept. */
final class Feasibility {
  private Feasibility() {}

  /** The limits below the exact minimum of the space. */
  static List<SearchOutcome.Shortfall> impossibleAlone(Pricing pricing) {
    List<SearchOutcome.Shortfall> shortfalls = new ArrayList<>();
    for (int c = 0; c < pricing.constraints().size(); c++) {
      double min = pricing.table(c).min();
      if (!pricing.constraints().get(c).allows(min)) {
        shortfalls.add(new SearchOutcome.Shortfall(pricing.constraints().get(c), min, true));
      }
    }
    return shortfalls;
  }

  /** The limits that the nearest policy found exceeds. */
  static List<SearchOutcome.Shortfall> impossibleTogether(Pricing pricing, double[] nearest) {
    List<SearchOutcome.Shortfall> shortfalls = new ArrayList<>();
    for (int c = 0; c < pricing.constraints().size(); c++) {
      Constraint constraint = pricing.constraints().get(c);
      if (!constraint.allows(nearest[c])) {
        shortfalls.add(new SearchOutcome.Shortfall(constraint, nearest[c], false));
      }
    }
    return shortfalls;
  }
}
