/** The worker: one subcommand for each stage of a supernet training. */
@NullMarked
package dev.apq.worker;

import org.jspecify.annotations.NullMarked;
