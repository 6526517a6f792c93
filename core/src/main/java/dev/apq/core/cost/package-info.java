/** Exact costs of a network: MACs, parameters, BitOps, model size, latency and energy. */
@NullMarked
package dev.apq.core.cost;

import org.jspecify.annotations.NullMarked;
