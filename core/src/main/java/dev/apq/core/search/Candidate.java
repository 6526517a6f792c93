package dev.apq.core.search;

import dev.apq.core.cost.Metric;
import dev.apq.core.policy.Policy;
import java.util.Map;

/**
 * A policy the search found.
 *
 * @param policy the policy
 * @param accuracy its predicted accuracy
 * @param costs the limited and traded costs, in {@link Metric#unit()}
 */
public record Candidate(Policy policy, double accuracy, Map<Metric, Double> costs) {}
