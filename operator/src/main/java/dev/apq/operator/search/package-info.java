/** ApqSearch: resolution of the predictor, the search executor, results. */
@NullMarked
package dev.apq.operator.search;

import org.jspecify.annotations.NullMarked;
