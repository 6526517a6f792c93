/** Failures with an exit status and a remedy. */
@NullMarked
package dev.apq.kubectl.error;

import org.jspecify.annotations.NullMarked;
