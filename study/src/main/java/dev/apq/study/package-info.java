/** The reproduction study: what the method claims, measured on real data. */
@NullMarked
package dev.apq.study;

import org.jspecify.annotations.NullMarked;
