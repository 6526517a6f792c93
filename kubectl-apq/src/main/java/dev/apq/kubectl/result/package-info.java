/** The published result of a search, read and checked. */
@NullMarked
package dev.apq.kubectl.result;

import org.jspecify.annotations.NullMarked;
