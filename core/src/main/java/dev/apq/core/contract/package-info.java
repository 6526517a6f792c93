/** What operator and worker agree on: specification, manifests, progress, exit codes. */
@NullMarked
package dev.apq.core.contract;

import org.jspecify.annotations.NullMarked;
