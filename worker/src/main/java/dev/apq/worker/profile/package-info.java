/** Hardware tables made by measuring: the latency of every layer of a search space on this node. */
@NullMarked
package dev.apq.worker.profile;

import org.jspecify.annotations.NullMarked;
