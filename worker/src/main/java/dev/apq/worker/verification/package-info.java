/** Verification: the best policies of a search are fine-tuned, measured and one is chosen. */
@NullMarked
package dev.apq.worker.verification;

import org.jspecify.annotations.NullMarked;
