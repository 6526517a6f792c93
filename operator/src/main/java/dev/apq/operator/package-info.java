/** The operator: observes, decides, acts and reports. */
@NullMarked
package dev.apq.operator;

import org.jspecify.annotations.NullMarked;
