/** Manifests as users write them. */
@NullMarked
package dev.apq.kubectl.manifest;

import org.jspecify.annotations.NullMarked;
