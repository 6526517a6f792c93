/** What the operator exports to Prometheus; docs/metrics.md lists every name. */
@NullMarked
package dev.apq.operator.metrics;

import org.jspecify.annotations.NullMarked;
