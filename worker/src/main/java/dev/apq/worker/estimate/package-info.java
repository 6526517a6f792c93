/** What the stages of a specification will cost, from short measurements on this machine. */
@NullMarked
package dev.apq.worker.estimate;

import org.jspecify.annotations.NullMarked;
