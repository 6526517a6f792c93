/** The weight-sharing supernet: parameters, elastic forward pass, training and health check. */
@NullMarked
package dev.apq.worker.supernet;

import org.jspecify.annotations.NullMarked;
