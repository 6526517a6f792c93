/** Units of work that are done once and kept, and the processor time they took. */
@NullMarked
package dev.apq.study.work;

import org.jspecify.annotations.NullMarked;
