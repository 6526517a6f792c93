/** Fetching artifacts and checking them. */
@NullMarked
package dev.apq.kubectl.transfer;

import org.jspecify.annotations.NullMarked;
