/** Training of the accuracy predictors and the transfer between them. */
@NullMarked
package dev.apq.worker.prediction;

import org.jspecify.annotations.NullMarked;
