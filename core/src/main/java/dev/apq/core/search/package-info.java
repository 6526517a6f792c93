/** Constrained evolutionary search over the predictor. */
@NullMarked
package dev.apq.core.search;

import org.jspecify.annotations.NullMarked;
