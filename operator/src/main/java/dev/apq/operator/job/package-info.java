/** Worker Jobs: names, templates, observation. */
@NullMarked
package dev.apq.operator.job;

import org.jspecify.annotations.NullMarked;
