/** Configuration, start-up checks, leadership and health. */
@NullMarked
package dev.apq.operator.config;

import org.jspecify.annotations.NullMarked;
