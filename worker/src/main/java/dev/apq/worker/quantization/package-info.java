/** Fake quantization: clipping, calibration and straight-through gradients. */
@NullMarked
package dev.apq.worker.quantization;

import org.jspecify.annotations.NullMarked;
