/** Measured samples: which subnets, and how their accuracy is measured. */
@NullMarked
package dev.apq.worker.collection;

import org.jspecify.annotations.NullMarked;
