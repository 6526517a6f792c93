/** Counter-based random streams. */
@NullMarked
package dev.apq.core.random;

import org.jspecify.annotations.NullMarked;
