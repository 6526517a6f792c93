/** Builds the images of operator and worker without a container engine. */
@NullMarked
package dev.apq.images;

import org.jspecify.annotations.NullMarked;
