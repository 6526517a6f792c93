package dev.apq.operator.search;

import dev.apq.core.cost.HardwareModel;

/**
 * A device and the identity of its cost model.
 *
 * @param model prices layers
 * @param digest changes whenever a price could
 */
public record Hardware(HardwareModel model, String digest) {}
