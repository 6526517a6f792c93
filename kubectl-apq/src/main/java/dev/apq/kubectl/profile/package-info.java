/** Measuring a node's layers by a Job, and keeping the table. */
@NullMarked
package dev.apq.kubectl.profile;

import org.jspecify.annotations.NullMarked;
