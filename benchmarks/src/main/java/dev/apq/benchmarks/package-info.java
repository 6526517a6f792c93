/** Speed and quality of the search, measured beside the alternatives. */
@NullMarked
package dev.apq.benchmarks;

import org.jspecify.annotations.NullMarked;
