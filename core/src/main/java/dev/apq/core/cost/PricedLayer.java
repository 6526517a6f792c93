package dev.apq.core.cost;

/**
 * A layer of a network and what it costs.
 *
 * @param layer the layer
 * @param cost its costs; no latency and energy where the {@link LayerSet} leaves it out
 */
public record PricedLayer(Layer layer, LayerCost cost) {}
