/** Conditions, events and the one place that writes a status. */
@NullMarked
package dev.apq.operator.status;

import org.jspecify.annotations.NullMarked;
