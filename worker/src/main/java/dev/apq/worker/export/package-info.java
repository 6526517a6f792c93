/** Turns a measured subnet into files that other runtimes run. */
@NullMarked
package dev.apq.worker.export;

import org.jspecify.annotations.NullMarked;
