/** Image data sets: the built-in ones and readers for directories, with fixed splits. */
@NullMarked
package dev.apq.worker.data;

import org.jspecify.annotations.NullMarked;
