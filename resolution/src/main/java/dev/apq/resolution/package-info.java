/** From the API's resources to what workers are told; shared by the operator and the plugin. */
@NullMarked
package dev.apq.resolution;

import org.jspecify.annotations.NullMarked;
