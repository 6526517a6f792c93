/** Files the product exchanges: tensors, samples, JSON, digests, atomic publication. */
@NullMarked
package dev.apq.core.artifact;

import org.jspecify.annotations.NullMarked;
