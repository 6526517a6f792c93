/**
 * One point of the search space: architecture, channel widths and bit widths, with its encoding.
 */
@NullMarked
package dev.apq.core.policy;

import org.jspecify.annotations.NullMarked;
