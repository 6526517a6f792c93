/** The elastic search space: stages, searchable blocks and their options. */
@NullMarked
package dev.apq.core.space;

import org.jspecify.annotations.NullMarked;
