/** The worker contract: specification in, artifacts, progress and exit code out. */
@NullMarked
package dev.apq.worker.stage;

import org.jspecify.annotations.NullMarked;
