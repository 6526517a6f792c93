/** Statistics, figures and the Markdown page. */
@NullMarked
package dev.apq.study.report;

import org.jspecify.annotations.NullMarked;
