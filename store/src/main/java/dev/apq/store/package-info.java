/**
 * The artifact store: a folder of a mounted volume, or objects in S3 that look like one through
 * {@link java.nio.file}.
 */
@NullMarked
package dev.apq.store;

import org.jspecify.annotations.NullMarked;
