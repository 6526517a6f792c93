/** Accuracy predictor inference in plain Java. */
@NullMarked
package dev.apq.core.predictor;

import org.jspecify.annotations.NullMarked;
