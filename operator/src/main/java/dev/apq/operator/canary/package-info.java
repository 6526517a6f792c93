/** A resource of the operator's own, by which it notices that it no longer serves any. */
@NullMarked
package dev.apq.operator.canary;

import org.jspecify.annotations.NullMarked;
