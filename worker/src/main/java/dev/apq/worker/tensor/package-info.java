/** Named weights and their optimization, shared by supernet and predictors. */
@NullMarked
package dev.apq.worker.tensor;

import org.jspecify.annotations.NullMarked;
