/** Tests of what a cluster administrator installs: chart, overlays, GitOps examples, images. */
@NullMarked
package dev.apq.charts;

import org.jspecify.annotations.NullMarked;
