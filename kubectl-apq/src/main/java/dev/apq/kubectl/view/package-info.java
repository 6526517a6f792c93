/** Pure rendering: from values to text for terminals, files and tables. */
@NullMarked
package dev.apq.kubectl.view;

import org.jspecify.annotations.NullMarked;
