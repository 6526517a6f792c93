/** What the plugin asks the Kubernetes API, with the user's own rights. */
@NullMarked
package dev.apq.kubectl.cluster;

import org.jspecify.annotations.NullMarked;
