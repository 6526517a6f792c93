package dev.apq.worker.verification;

import dev.apq.core.contract.VerifyReport;

/**
 * What became of a candidate.
 *
 * @param network with the weights that did best on the validation images
 * @param steps optimizer steps behind them
 * @param validation their accuracy there
 */
public record Tuning(TunedNetwork network, int steps, VerifyReport.Measurement validation) {}
