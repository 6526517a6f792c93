/** OpenTelemetry traces of runs; off unless the SDK is enabled. */
@NullMarked
package dev.apq.operator.traces;

import org.jspecify.annotations.NullMarked;
