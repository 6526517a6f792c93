/** The kubectl plugin: its commands. */
@NullMarked
package dev.apq.kubectl;

import org.jspecify.annotations.NullMarked;
