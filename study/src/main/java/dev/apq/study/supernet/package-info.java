/** The worker's stages and measurements, run in this process. */
@NullMarked
package dev.apq.study.supernet;

import org.jspecify.annotations.NullMarked;
